//! Who may do what, and who may see what.
//!
//! A grant gives a role of access to a member, or to all who have a role at work, within a scope: projects, stages, platforms, their
//! own tasks. What no grant gives is not allowed. Grants do not add up: one of them has to reach all that somebody touches, so that
//! every answer can name the one rule that decided.

mod ask;
mod broad;
mod reach;
mod redact;
mod roles;

pub use ask::{AccessRoles, RightAnswer, RightHolder, WhatCan, WhoCan};
pub(crate) use ask::{access_roles, what_can, who_can};
pub(crate) use redact::redact;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Result};
use crate::model::{AccessRole, AccessRoleId, Directory, Grant, GrantId, Member, MemberId, ProjectId, Right, RoleId, StageId, Task};

/// How a task says on which platform it plays.
const PLATFORM: &str = "platform:";
/// People whom a sentence names one by one.
const MOST_PEOPLE: usize = 5;
/// Roles of access that a sentence names.
const MOST_ROLES: usize = 12;

/// What somebody wants to touch: all of these parts, or, without any, the project as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Target<'t> {
    pub(crate) parts: Vec<Part<'t>>,
}

impl Target<'_> {
    /// The project as a whole.
    pub(crate) const WHOLE: Target<'static> = Target { parts: Vec::new() };
}

/// A part of a project, as scopes see it: a task or a stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part<'t> {
    pub(crate) stage: Option<&'t StageId>,
    /// Without the prefix that tags have.
    pub(crate) platforms: Vec<&'t str>,
    /// Whose own task it is.
    pub(crate) people: Vec<&'t MemberId>,
}

/// A task as scopes see it. `above` are the summaries, from the nearest to the root: stage and platforms come from the nearest that
/// names any, and a summary's people are at home in all that stands below it.
pub(crate) fn part_of<'t>(task: &'t Task, above: impl Iterator<Item = &'t Task>) -> Part<'t> {
    let mut part = Part::default();
    for task in std::iter::once(task).chain(above) {
        part.stage = part.stage.or(task.stage.as_ref());
        if part.platforms.is_empty() {
            part.platforms.extend(platforms(task));
        }
        part.people.extend(people(task));
    }
    part
}

/// The platforms that a task itself names.
fn platforms(task: &Task) -> impl Iterator<Item = &str> {
    task.tags.iter().filter_map(|tag| tag.strip_prefix(PLATFORM))
}

/// The people whom a task itself names.
fn people(task: &Task) -> impl Iterator<Item = &MemberId> {
    task.owner.iter().chain(task.helpers.iter()).chain(task.assignments.iter().map(|assignment| &assignment.member))
}

/// Whether somebody may do something, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Permission<'a> {
    /// Yes, by the first grant in the directory that reaches this far.
    Allowed { grant: &'a GrantId, access: &'a AccessRoleId },
    /// No. Their grants that give the right, but elsewhere.
    Refused { out_of_scope: Vec<&'a GrantId> },
}

impl Permission<'_> {
    pub(crate) const fn is_allowed(&self) -> bool {
        match self {
            Permission::Allowed { .. } => true,
            Permission::Refused { .. } => false,
        }
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rights(u32);

impl Rights {
    fn of(rights: &[Right]) -> Rights {
        Rights(rights.iter().fold(0, |bits, right| bits | Rights::bit(*right)))
    }

    const fn bit(right: Right) -> u32 {
        1 << right as u32
    }

    const fn has(self, right: Right) -> bool {
        self.0 & Rights::bit(right) != 0
    }
}

/// A grant with its names resolved.
#[derive(Debug)]
struct Bound<'a> {
    grant: &'a Grant,
    rights: Rights,
    /// Whether it reaches own tasks only.
    own: bool,
    projects: BTreeSet<&'a ProjectId>,
    stages: BTreeSet<&'a StageId>,
    platforms: BTreeSet<&'a str>,
}

impl<'a> Bound<'a> {
    fn new(grant: &'a Grant, role: &AccessRole) -> Bound<'a> {
        Bound {
            grant,
            rights: Rights::of(&role.rights),
            own: role.own_tasks || grant.own_tasks,
            projects: grant.projects.iter().collect(),
            stages: grant.stages.iter().collect(),
            platforms: grant.platforms.iter().map(String::as_str).collect(),
        }
    }

    fn gives(&self, right: Right, project: &ProjectId) -> bool {
        self.rights.has(right) && self.is_in(project)
    }

    fn is_in(&self, project: &ProjectId) -> bool {
        self.projects.is_empty() || self.projects.contains(project)
    }

    /// Whether it reaches the whole of the projects that it is in.
    fn is_whole(&self) -> bool {
        self.stages.is_empty() && self.platforms.is_empty() && !self.own
    }

    /// Whether it reaches a part of such a stage and of such platforms, which is the holder's own or not.
    fn covers(&self, stage: Option<&StageId>, platforms: &[&str], own: bool) -> bool {
        (own || !self.own)
            && (self.stages.is_empty() || stage.is_some_and(|stage| self.stages.contains(stage)))
            && (self.platforms.is_empty() || !platforms.is_empty() && platforms.iter().all(|platform| self.platforms.contains(platform)))
    }

    fn covers_all(&self, target: &Target<'_>, is_own: impl Fn(&Part<'_>) -> bool) -> bool {
        if target.parts.is_empty() {
            return self.is_whole();
        }
        target.parts.iter().all(|part| self.covers(part.stage, &part.platforms, is_own(part)))
    }
}

/// A directory, ready to be asked who may do what.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    /// Those of the directory, then the built-in ones that it does not replace.
    pub(crate) roles: Vec<AccessRole>,
    members: BTreeMap<&'a MemberId, &'a Member>,
    /// In the order of the directory, as in all lists of their places.
    bounds: Vec<Bound<'a>>,
    of_member: BTreeMap<&'a MemberId, Vec<usize>>,
    of_role: BTreeMap<&'a RoleId, Vec<usize>>,
}

impl<'a> Access<'a> {
    /// # Errors
    /// Ids that are unknown or used twice, grants to nobody or in two ways, platforms with their prefix. Paths begin with `/directory`.
    pub(crate) fn new(directory: &'a Directory) -> Result<Access<'a>> {
        let roles = roles(directory)?;
        let by_id: BTreeMap<&AccessRoleId, &AccessRole> = roles.iter().map(|role| (&role.id, role)).collect();
        let work: BTreeSet<&RoleId> = directory.roles.iter().map(|role| &role.id).collect();
        let mut members = BTreeMap::new();
        for (index, member) in directory.members.iter().enumerate() {
            if members.insert(&member.id, member).is_some() {
                let error = Error::new(Code::MemberDuplicateId, &[("member", member.id.as_str())]);
                return Err(error.at(format!("/directory/members/{index}/id")));
            }
        }
        let mut ids = BTreeSet::new();
        let mut bounds = Vec::with_capacity(directory.grants.len());
        let mut of_member: BTreeMap<&MemberId, Vec<usize>> = BTreeMap::new();
        let mut of_role: BTreeMap<&RoleId, Vec<usize>> = BTreeMap::new();
        for (index, grant) in directory.grants.iter().enumerate() {
            let here = |field: &str| format!("/directory/grants/{index}{field}");
            let id = grant.id.as_str();
            if !ids.insert(&grant.id) {
                return Err(Error::new(Code::GrantDuplicateId, &[("grant", id)]).at(here("/id")));
            }
            match (&grant.member, &grant.role) {
                (Some(member), None) if members.contains_key(member) => of_member.entry(member).or_default().push(index),
                (Some(member), None) => {
                    return Err(Error::new(Code::MemberUnknown, &[("member", member.as_str())]).at(here("/member")));
                }
                (None, Some(role)) if work.contains(role) => of_role.entry(role).or_default().push(index),
                (None, Some(role)) => return Err(Error::new(Code::RoleUnknown, &[("role", role.as_str())]).at(here("/role"))),
                (None, None) | (Some(_), Some(_)) => return Err(Error::new(Code::GrantHolder, &[("grant", id)]).at(here(""))),
            }
            let Some(role) = by_id.get(&grant.access) else {
                let args = [("access", grant.access.as_str()), ("known", &*named(roles.iter().map(|role| role.id.as_str()), MOST_ROLES))];
                return Err(Error::new(Code::AccessUnknown, &args).at(here("/access")));
            };
            if let Some((place, platform)) = grant.platforms.iter().enumerate().find(|(_, platform)| platform.starts_with(PLATFORM)) {
                return Err(Error::new(Code::GrantPlatform, &[("platform", platform)]).at(here(&format!("/platforms/{place}"))));
            }
            bounds.push(Bound::new(grant, role));
        }
        Ok(Access { roles, members, bounds, of_member, of_role })
    }

    /// Whether a member may do something to all that they would touch.
    pub(crate) fn permission(&self, member: &MemberId, right: Right, project: &ProjectId, target: &Target<'_>) -> Permission<'a> {
        let giving: Vec<&Bound<'a>> = self.bounds_of(member).filter(|bound| bound.rights.has(right)).collect();
        let is_own = |part: &Part<'_>| part.people.contains(&member);
        match giving.iter().find(|bound| bound.is_in(project) && bound.covers_all(target, is_own)) {
            Some(bound) => Permission::Allowed { grant: &bound.grant.id, access: &bound.grant.access },
            None => Permission::Refused { out_of_scope: giving.iter().map(|bound| &bound.grant.id).collect() },
        }
    }

    /// Everybody who may do something to all that would be touched, and the grant by which they may, in the order of the directory.
    pub(crate) fn permitted(
        &self,
        directory: &'a Directory,
        right: Right,
        project: &ProjectId,
        target: &Target<'_>,
    ) -> impl Iterator<Item = (&'a MemberId, &'a Grant)> {
        // Of the grants of one holder only two can matter: the first that reaches everybody, and the first that reaches own tasks.
        let first = |places: &Vec<usize>| {
            let giving = || places.iter().filter_map(|place| Some((*place, self.bounds.get(*place)?)));
            let covering = || giving().filter(|(_, bound)| bound.gives(right, project));
            let any = covering().find(|(_, bound)| bound.covers_all(target, |_| false)).map(|(place, _)| place);
            let own = covering().find(|(_, bound)| bound.own && bound.covers_all(target, |_| true)).map(|(place, _)| place);
            (any, own)
        };
        let by_member: BTreeMap<&MemberId, _> = self.of_member.iter().map(|(member, places)| (*member, first(places))).collect();
        let by_role: BTreeMap<&RoleId, _> = self.of_role.iter().map(|(role, places)| (*role, first(places))).collect();
        let mut parts = target.parts.iter().map(|part| part.people.iter().copied().collect::<BTreeSet<&MemberId>>());
        let mut owners = parts.next().unwrap_or_default();
        parts.for_each(|people| owners.retain(|member| people.contains(member)));
        let found = move |member: &'a Member| {
            let holds = by_member.get(&member.id).into_iter().chain(member.roles.iter().filter_map(|role| by_role.get(role)));
            let is_owner = owners.contains(&member.id);
            holds.flat_map(|(any, own)| any.iter().chain(own.iter().filter(|_| is_owner))).min().copied()
        };
        let grant = move |member: &'a Member| found(member).and_then(|place| directory.grants.get(place));
        directory.members.iter().filter_map(move |member| Some((&member.id, grant(member)?)))
    }

    /// Whom somebody may ask who lacks a right, for a sentence.
    pub(crate) fn whom_to_ask(&self, directory: &'a Directory, right: Right, project: &ProjectId, target: &Target<'_>) -> String {
        named(self.permitted(directory, right, project, target).map(|(member, _)| member.as_str()), MOST_PEOPLE)
    }

    /// Whether any grant gives a member any right in a project.
    pub(crate) fn is_known(&self, member: &MemberId, project: &ProjectId) -> bool {
        self.bounds_of(member).any(|bound| bound.is_in(project) && bound.rights.0 != 0)
    }

    /// The grants of a member, those of their roles at work among them.
    fn bounds_of(&self, member: &MemberId) -> impl Iterator<Item = &Bound<'a>> {
        let mut places: Vec<usize> = Vec::new();
        if let Some(known) = self.members.get(member) {
            places.extend(self.of_member.get(member).into_iter().flatten());
            places.extend(known.roles.iter().filter_map(|role| self.of_role.get(role)).flatten());
            places.sort_unstable();
            // Somebody may have a role twice.
            places.dedup();
        }
        places.into_iter().filter_map(|place| self.bounds.get(place))
    }
}

/// The roles that grants can name.
fn roles(directory: &Directory) -> Result<Vec<AccessRole>> {
    let mut ids: BTreeSet<&AccessRoleId> = BTreeSet::new();
    for (index, role) in directory.access_roles.iter().enumerate() {
        if !ids.insert(&role.id) {
            let error = Error::new(Code::AccessDuplicateId, &[("access", role.id.as_str())]);
            return Err(error.at(format!("/directory/accessRoles/{index}/id")));
        }
    }
    let others = roles::built_in().filter(|role| !ids.contains(&role.id));
    Ok(directory.access_roles.iter().cloned().chain(others).collect())
}

/// A few names for a sentence.
fn named<'n>(names: impl Iterator<Item = &'n str>, most: usize) -> String {
    let mut names: Vec<&str> = names.take(most + 1).collect();
    if names.is_empty() {
        return "—".to_owned();
    }
    if let Some(last) = names.get_mut(most) {
        *last = "…";
    }
    names.join(", ")
}
