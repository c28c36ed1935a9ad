//! How far a member's grants reach: asked for every task of a project, without looking at every grant.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{Access, Bound};
use crate::model::{MemberId, ProjectId, Right, StageId};

/// What a grant asks first of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'a> {
    Nothing,
    Stage(&'a StageId),
    Platform(&'a str),
    // A grant with stages and platforms stands under all of both. Whoever looks takes the shorter list.
    StageOfBoth(&'a StageId),
    PlatformOfBoth(&'a str),
}

/// Grants by what they ask first.
#[derive(Debug, Default)]
pub(super) struct Marks<'a>(BTreeMap<(bool, Mark<'a>), Vec<usize>>);

impl<'a> Marks<'a> {
    pub(super) fn add(&mut self, place: usize, bound: &Bound<'a>) {
        let mut put = |mark| self.0.entry((bound.own, mark)).or_default().push(place);
        match (bound.stages.is_empty(), bound.platforms.is_empty()) {
            (true, true) => put(Mark::Nothing),
            (false, true) => bound.stages.iter().for_each(|stage| put(Mark::Stage(stage))),
            (true, false) => bound.platforms.iter().for_each(|platform| put(Mark::Platform(platform))),
            (false, false) => {
                bound.stages.iter().for_each(|stage| put(Mark::StageOfBoth(stage)));
                bound.platforms.iter().for_each(|platform| put(Mark::PlatformOfBoth(platform)));
            }
        }
    }

    /// Those that may reach a part of this stage and, among others, this platform; no others do.
    pub(super) fn candidates<'m>(
        &'m self,
        stage: Option<&'m StageId>,
        platform: Option<&'m str>,
        own: bool,
    ) -> impl Iterator<Item = usize> + use<'m, 'a> {
        let of = move |own: bool| {
            let shorter = |a: &'m [usize], b: &'m [usize]| if a.len() < b.len() { a } else { b };
            [
                self.under(own, Some(Mark::Nothing)),
                self.under(own, stage.map(Mark::Stage)),
                self.under(own, platform.map(Mark::Platform)),
                shorter(self.under(own, stage.map(Mark::StageOfBoth)), self.under(own, platform.map(Mark::PlatformOfBoth))),
            ]
        };
        let own_ones = Some(true).filter(|_| own);
        std::iter::once(false).chain(own_ones).flat_map(of).flatten().copied()
    }

    fn under<'m>(&'m self, own: bool, mark: Option<Mark<'m>>) -> &'m [usize] {
        let marks: &'m BTreeMap<(bool, Mark<'m>), Vec<usize>> = &self.0;
        mark.and_then(|mark| marks.get(&(own, mark))).map_or(&[], Vec::as_slice)
    }
}

/// What one member may do by one right in one project.
pub(super) struct Reach<'r, 'a> {
    bounds: Vec<&'r Bound<'a>>,
    marks: Marks<'a>,
    /// Whether that is everything.
    pub(super) whole: bool,
}

impl<'r, 'a> Reach<'r, 'a> {
    pub(super) fn new(access: &'r Access<'a>, member: &MemberId, right: Right, project: &ProjectId) -> Reach<'r, 'a> {
        let mut told = BTreeSet::new();
        let giving = access.bounds_of(member).filter(|bound| bound.gives(right, project));
        let bounds: Vec<&Bound<'a>> = giving.filter(|bound| told.insert((bound.own, &bound.stages, &bound.platforms))).collect();
        let mut marks = Marks::default();
        bounds.iter().enumerate().for_each(|(place, bound)| marks.add(place, bound));
        let whole = bounds.iter().any(|bound| bound.is_whole());
        Reach { bounds, marks, whole }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    pub(super) fn covers(&self, stage: Option<&StageId>, platforms: &[&str], own: bool) -> bool {
        let mut candidates = self.marks.candidates(stage, platforms.first().copied(), own);
        self.whole || candidates.any(|place| self.bounds.get(place).is_some_and(|bound| bound.covers(stage, platforms, own)))
    }
}
