//! Flat arrays with indices of their own.
//!
//! A plan is a handful of columns over the same nodes. An [`Index`] is minted when a row is pushed and names the kind of row, so
//! that a task cannot look up a node, and a look-up cannot miss.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

/// A row of kind `K`.
pub(crate) struct Index<K>(u32, PhantomData<fn() -> K>);

impl<K> Index<K> {
    pub(crate) const FIRST: Index<K> = Index(0, PhantomData);

    pub(crate) fn from_usize(index: usize) -> Index<K> {
        // Four thousand million rows do not fit into memory.
        Index(u32::try_from(index).unwrap_or(u32::MAX), PhantomData)
    }

    pub(crate) const fn as_usize(self) -> usize {
        self.0 as usize
    }

    /// The indices from one to before another.
    pub(crate) fn between(first: Index<K>, end: Index<K>) -> impl DoubleEndedIterator<Item = Index<K>> + use<K> {
        (first.0..end.0).map(|index| Index(index, PhantomData))
    }
}

impl<K> Clone for Index<K> {
    fn clone(&self) -> Index<K> {
        *self
    }
}
impl<K> Copy for Index<K> {}
impl<K> Default for Index<K> {
    fn default() -> Index<K> {
        Index::FIRST
    }
}
impl<K> PartialEq for Index<K> {
    fn eq(&self, other: &Index<K>) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Index<K> {}
impl<K> PartialOrd for Index<K> {
    fn partial_cmp(&self, other: &Index<K>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Index<K> {
    fn cmp(&self, other: &Index<K>) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> fmt::Debug for Index<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// An index that may be missing, in four bytes.
pub(crate) struct Slot<K>(Index<K>);

impl<K> Slot<K> {
    pub(crate) const EMPTY: Slot<K> = Slot(Index(u32::MAX, PhantomData));

    pub(crate) fn get(self) -> Option<Index<K>> {
        (self.0.0 != u32::MAX).then_some(self.0)
    }
}

impl<K> From<Index<K>> for Slot<K> {
    fn from(index: Index<K>) -> Slot<K> {
        Slot(index)
    }
}
impl<K> Clone for Slot<K> {
    fn clone(&self) -> Slot<K> {
        *self
    }
}
impl<K> Copy for Slot<K> {}
impl<K> fmt::Debug for Slot<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// One value for each row of kind `K`.
#[derive(Debug, Clone)]
pub(crate) struct Column<T, K = T>(Vec<T>, PhantomData<fn() -> K>);

impl<T, K> Default for Column<T, K> {
    fn default() -> Column<T, K> {
        Column(Vec::new(), PhantomData)
    }
}

impl<T: PartialEq, K> PartialEq for Column<T, K> {
    fn eq(&self, other: &Column<T, K>) -> bool {
        self.0 == other.0
    }
}
impl<T: Eq, K> Eq for Column<T, K> {}

impl<T, K> Column<T, K> {
    pub(crate) fn with_capacity(rows: usize) -> Column<T, K> {
        Column(Vec::with_capacity(rows), PhantomData)
    }

    pub(crate) fn push(&mut self, value: T) -> Index<K> {
        self.0.push(value);
        Index::from_usize(self.0.len() - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Index<K>, &T)> + ExactSizeIterator {
        self.0.iter().enumerate().map(|(index, value)| (Index::from_usize(index), value))
    }

    /// The rows, in order. Borrows nothing, so that columns may be written on the way.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = Index<K>> + ExactSizeIterator + use<T, K> {
        (0..self.0.len()).map(Index::from_usize)
    }

    /// Some rows in a row.
    pub(crate) fn run(&self, range: std::ops::Range<usize>) -> impl DoubleEndedIterator<Item = (Index<K>, &T)> + ExactSizeIterator {
        let first = range.start;
        self.0.get(range).unwrap_or_default().iter().enumerate().map(move |(index, value)| (Index::from_usize(first + index), value))
    }

    /// The values of the rows from one to before another.
    pub(crate) fn slice(&self, first: Index<K>, end: Index<K>) -> &[T] {
        self.0.get(first.as_usize()..end.as_usize()).unwrap_or_default()
    }

    pub(crate) fn slice_mut(&mut self, first: Index<K>, end: Index<K>) -> &mut [T] {
        self.0.get_mut(first.as_usize()..end.as_usize()).unwrap_or_default()
    }

    /// Writes every row anew.
    pub(crate) fn set_all(&mut self, values: impl Iterator<Item = T>) {
        self.0.iter_mut().zip(values).for_each(|(row, value)| *row = value);
    }

    /// Puts a value before a row: the rows from there on move by one.
    pub(crate) fn insert(&mut self, place: usize, value: T) {
        if place <= self.0.len() {
            self.0.insert(place, value);
        }
    }

    /// Takes a row out: those behind it move by one.
    pub(crate) fn remove(&mut self, place: usize) {
        if place < self.0.len() {
            self.0.remove(place);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<T>()
    }

    /// The rows whose items are others than those of another column.
    pub(crate) fn others_than(&self, before: &Column<T, K>) -> Marks<K>
    where
        T: PartialEq,
    {
        // Without a branch, word by word: which rows of many are others, no processor can foresee.
        let word = |(items, before): (&[T], &[T])| {
            items.iter().zip(before).enumerate().fold(0, |word, (bit, (item, before))| word | u64::from(item != before) << bit)
        };
        Marks(self.0.chunks(64).zip(before.0.chunks(64)).map(word).collect(), PhantomData)
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.0
    }

    /// The values of some rows, one after the other. A column that is not kept stays empty.
    pub(crate) fn in_order(&self, order: &[Index<K>]) -> Column<T, K>
    where
        T: Clone,
    {
        if self.is_empty() { Column::default() } else { order.iter().map(|row| self[*row].clone()).collect() }
    }

    /// A column over the same rows.
    pub(crate) fn beside<U: Clone>(&self, value: U) -> Column<U, K> {
        Column(vec![value; self.0.len()], PhantomData)
    }
}

impl<T, K> FromIterator<T> for Column<T, K> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Column<T, K> {
        Column(values.into_iter().collect(), PhantomData)
    }
}

impl<T, K> std::ops::Index<Index<K>> for Column<T, K> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "an index of this kind was minted by a column of the same length")]
    fn index(&self, index: Index<K>) -> &T {
        &self.0[index.as_usize()]
    }
}

impl<T, K> std::ops::IndexMut<Index<K>> for Column<T, K> {
    #[expect(clippy::indexing_slicing, reason = "an index of this kind was minted by a column of the same length")]
    fn index_mut(&mut self, index: Index<K>) -> &mut T {
        &mut self.0[index.as_usize()]
    }
}

/// A set of rows that are taken in order.
#[derive(Debug, Clone)]
pub(crate) struct Marks<K>(Vec<u64>, PhantomData<fn() -> K>);

impl<K> Marks<K> {
    /// None of this many rows.
    pub(crate) fn none(rows: usize) -> Marks<K> {
        Marks(vec![0; rows.div_ceil(64)], PhantomData)
    }

    pub(crate) fn add(&mut self, row: Index<K>) {
        if let Some(word) = self.0.get_mut(row.as_usize() / 64) {
            *word |= 1 << (row.as_usize() % 64);
        }
    }

    /// Takes the first row from one on.
    pub(crate) fn take_first(&mut self, from: Index<K>) -> Option<Index<K>> {
        let start = from.as_usize() / 64;
        let (place, word) = self.0.iter_mut().enumerate().skip(start).find(|(_, word)| **word != 0)?;
        let bit = word.trailing_zeros();
        *word &= !(1 << bit);
        Some(Index::from_usize(64 * place + bit as usize))
    }

    /// Takes the last row up to one.
    pub(crate) fn take_last(&mut self, to: Index<K>) -> Option<Index<K>> {
        let words = self.0.get_mut(..=to.as_usize() / 64)?;
        let (place, word) = words.iter_mut().enumerate().rev().find(|(_, word)| **word != 0)?;
        let bit = 63 - word.leading_zeros();
        *word &= !(1 << bit);
        Some(Index::from_usize(64 * place + bit as usize))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Hands all rows out, in order.
    pub(crate) fn for_each(&self, mut take: impl FnMut(Index<K>)) {
        for (place, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                take(Index::from_usize(64 * place + left.trailing_zeros() as usize));
                left &= left - 1;
            }
        }
    }

    /// Adds the rows of another set of as many.
    pub(crate) fn join(&mut self, other: &Marks<K>) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    pub(crate) fn clear(&mut self) {
        self.0.fill(0);
    }
}

/// The items of each key, one key after the other, and where each key begins. Items of one key keep their order.
pub(crate) fn by_key(keys: &[u32], count: u32) -> (Vec<u32>, Vec<u32>) {
    let mut firsts: Column<u32> = std::iter::repeat_n(0, count as usize).collect();
    keys.iter().for_each(|key| firsts[Index::from_usize(*key as usize)] += 1);
    let mut before = 0;
    for key in firsts.rows() {
        before += std::mem::replace(&mut firsts[key], before);
    }
    let mut next = firsts.clone();
    let mut order: Column<u32> = std::iter::repeat_n(0, keys.len()).collect();
    for (item, key) in (0_u32..).zip(keys) {
        let key = Index::from_usize(*key as usize);
        order[Index::from_usize(next[key] as usize)] = item;
        next[key] += 1;
    }
    (order.into_vec(), firsts.into_vec())
}
