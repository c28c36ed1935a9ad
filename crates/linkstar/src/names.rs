//! Names, found again.
//!
//! Links and tasks name each other by ids, hundreds of thousands of times. Here a name costs one hash and, as a rule, one comparison:
//! what the table holds are numbers and hashes, which stay in the cache, and its owner is asked what each of them is called.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// Numbers, from zero on, by the names that somebody else keeps. The hash is seeded anew in every process, so that no document can be
/// made to be slow; nobody sees its order.
#[derive(Debug)]
pub(crate) struct Names {
    table: HashTable<u32>,
    /// The hash of each name.
    hashes: Vec<u64>,
    seed: RandomState,
}

impl Names {
    pub(crate) fn with_capacity(names: usize) -> Names {
        Names { table: HashTable::with_capacity(names), hashes: Vec::with_capacity(names), seed: RandomState::default() }
    }

    /// Gives a name the next number, unless it has one: then it gives that.
    pub(crate) fn add<'a>(&mut self, name: &str, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let hash = self.hash(name);
        let (hashes, number) = (&self.hashes, u32::try_from(self.hashes.len()).unwrap_or(u32::MAX));
        let same = |other: &u32| hashes.get(*other as usize) == Some(&hash) && name_of(*other) == name;
        match self.table.entry(hash, same, |other| hashes.get(*other as usize).copied().unwrap_or_default()) {
            Entry::Occupied(other) => return Some(*other.get()),
            Entry::Vacant(free) => free.insert(number),
        };
        self.hashes.push(hash);
        None
    }

    /// The number of a name. It may well be the one that was found last, or the next: most programs list together what belongs
    /// together.
    pub(crate) fn get_near<'a>(&self, last: u32, name: &str, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let hash = self.hash(name);
        let same = |number: &u32| self.hashes.get(*number as usize) == Some(&hash) && name_of(*number) == name;
        [last, last.saturating_add(1)].into_iter().find(same).or_else(|| self.table.find(hash, same).copied())
    }

    fn hash(&self, name: &str) -> u64 {
        self.seed.hash_one(name.as_bytes())
    }
}
