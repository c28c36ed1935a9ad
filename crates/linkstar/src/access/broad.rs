//! Grants that go further than anybody needs: what an administrator should look at before an outsider does.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::reach::Marks;
use crate::access::{Access, Bound, Rights};
use crate::error::{Code, Diagnostic};
use crate::model::{MemberId, ProjectId, Right, RoleId};

/// Rights that undo what others have decided, move money, or touch people: for named persons, not for whoever happens to have a role.
const STRONG: [Right; 6] = [Right::Release, Right::Waive, Right::Delete, Right::Gates, Right::Money, Right::Privacy];

/// What is compared for a grant that lists many projects and many stages or platforms. Beyond it nobody could judge the answer.
const MOST_COMPARED: usize = 10_000;

/// Who gets a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holder<'a> {
    Member(&'a MemberId),
    Role(&'a RoleId),
}

impl<'a> Access<'a> {
    /// Over-broad grants, by rule and in the order of the directory.
    pub(crate) fn too_broad(&self) -> Vec<Diagnostic> {
        let wide = self.bounds.iter().filter(|bound| bound.is_outsider_everywhere());
        let strong = self.bounds.iter().filter_map(|bound| Some((bound, bound.strong_for_a_role()?)));
        let mut found: Vec<Diagnostic> = wide.map(|bound| about(Code::GrantBroad, bound, &[])).collect();
        found.extend(strong.map(|(bound, rights)| about(Code::GrantStrong, bound, &[("rights", &rights)])));
        found.extend(self.superfluous().map(|(bound, other)| about(Code::GrantSuperfluous, bound, &[("other", other.grant.id.as_str())])));
        found
    }

    /// Grants to which another one of the same person, or of a role that they have, already gives everything; of two equal ones the later.
    fn superfluous(&self) -> impl Iterator<Item = (&Bound<'a>, &Bound<'a>)> {
        // By the holder and, where it is limited, the project; so that a person with many grants is not compared with themselves.
        let mut known: BTreeMap<(Holder<'_>, Option<&ProjectId>), Marks<'_>> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for (place, bound) in self.bounds.iter().enumerate() {
            let Some(holder) = bound.holder() else { continue };
            if !told.insert((holder, bound.rights, bound.own, &bound.projects, &bound.stages, &bound.platforms)) {
                continue;
            }
            if bound.projects.is_empty() {
                known.entry((holder, None)).or_default().add(place, bound);
            } else if bound.projects.len().saturating_mul(bound.stages.len() + bound.platforms.len()) <= MOST_COMPARED {
                bound.projects.iter().for_each(|project| known.entry((holder, Some(project))).or_default().add(place, bound));
            }
        }
        let wider_than = move |place: usize, bound: &Bound<'a>| {
            let everywhere = self.holders_like(bound).into_iter().map(|holder| (holder, None));
            let here = bound
                .projects
                .first()
                .into_iter()
                .flat_map(|project| self.holders_like(bound).into_iter().map(|holder| (holder, Some(*project))));
            let marks = everywhere.chain(here).filter_map(|key| known.get(&key));
            let (stage, platform) = (bound.stages.first().copied(), bound.platforms.first().copied());
            let others = marks
                .flat_map(|marks| marks.candidates(stage, platform, bound.own))
                .filter_map(|other| Some((other, self.bounds.get(other)?)));
            let wider =
                others.filter(|(other, wider)| *other != place && wider.contains(bound) && (*other < place || !bound.is_like(wider)));
            wider.min_by_key(|(other, _)| *other).map(|(_, wider)| wider)
        };
        self.bounds.iter().enumerate().filter_map(move |(place, bound)| Some((bound, wider_than(place, bound)?)))
    }

    /// Whose grants reach everybody whom a grant reaches.
    fn holders_like(&self, bound: &Bound<'a>) -> Vec<Holder<'a>> {
        let roles = bound.grant.member.as_ref().and_then(|member| self.members.get(member)).into_iter().flat_map(|member| &member.roles);
        bound.holder().into_iter().chain(roles.map(Holder::Role)).collect()
    }
}

impl<'a> Bound<'a> {
    fn holder(&self) -> Option<Holder<'a>> {
        let member = self.grant.member.as_ref().map(Holder::Member);
        member.or(self.grant.role.as_ref().map(Holder::Role))
    }

    /// Who only has their own tasks is mostly a partner: in every project, those of competitors among them, they need a reason.
    fn is_outsider_everywhere(&self) -> bool {
        self.own && self.projects.is_empty()
    }

    /// The strong rights that it gives, in all projects, to everybody who ever gets a role at work.
    fn strong_for_a_role(&self) -> Option<String> {
        let rights: Vec<&str> = STRONG.iter().filter(|right| self.rights.has(**right)).map(|right| right.name()).collect();
        let is_strong = self.grant.role.is_some() && self.projects.is_empty() && self.is_whole() && !rights.is_empty();
        is_strong.then(|| rights.join(", "))
    }

    /// Whether it gives all that another one gives, to whom both are given.
    fn contains(&self, other: &Bound<'_>) -> bool {
        self.rights.has_all(other.rights)
            && (!self.own || other.own)
            && (self.projects.is_empty() || !other.projects.is_empty() && self.projects.is_superset(&other.projects))
            && (self.stages.is_empty() || !other.stages.is_empty() && self.stages.is_superset(&other.stages))
            && (self.platforms.is_empty() || !other.platforms.is_empty() && self.platforms.is_superset(&other.platforms))
    }

    /// Whether two grants of one holder are the same but for their names.
    fn is_like(&self, other: &Bound<'_>) -> bool {
        self.holder() == other.holder() && self.contains(other) && other.contains(self)
    }
}

impl Rights {
    const fn has_all(self, others: Rights) -> bool {
        others.0 & !self.0 == 0
    }
}

fn about(code: Code, bound: &Bound<'_>, more: &[(&str, &str)]) -> Diagnostic {
    let holder = match bound.holder() {
        Some(Holder::Member(member)) => member.as_str(),
        Some(Holder::Role(role)) => role.as_str(),
        None => "",
    };
    let args = [("grant", bound.grant.id.as_str()), ("holder", holder), ("access", bound.grant.access.as_str())];
    let used = args.iter().chain(more).filter(|(name, _)| code.uses(name)).copied().collect::<Vec<_>>();
    Diagnostic::new(code, Vec::new(), &used)
}
