//! The questions of an administrator: which roles there are, who may do something, what somebody may do.

use serde::{Deserialize, Serialize};

use crate::access::{Access, Part, Permission, Target, part_of};
use crate::error::{Code, Error, Result};
use crate::model::{AccessRole, AccessRoleId, Directory, Grant, GrantId, MemberId, Project, Right, TaskId};
use crate::outline::Outline;

/// The roles of access that grants can name.
///
/// A table like this, written into `accessRoles` of a directory, says the same there: a company changes a built-in role by keeping
/// its own version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRoles {
    /// Those of the directory in its order, then the built-in ones that it does not replace: owner, project management office, editor,
    /// commenter, viewer, partner.
    pub roles: Vec<AccessRole>,
}

/// Who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhoCan {
    /// In the order of the directory.
    pub members: Vec<RightHolder>,
}

/// Somebody who may do something, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RightHolder {
    /// Who.
    pub member: MemberId,
    /// The first grant that allows it, in the order of the directory.
    pub grant: GrantId,
    /// The role of access that it gives.
    pub access: AccessRoleId,
}

/// What somebody may do.
///
/// ```
/// use linkstar::ops::{WhatCanRequest, what_can};
/// use linkstar::{Anchor, Directory, Grant, Member, Project, Right};
/// let directory = Directory {
///     members: vec![Member::new("ul.lab", "UL Laboratory")],
///     grants: vec![Grant { member: Some("ul.lab".into()), ..Grant::new("lab", "partner") }],
///     ..Directory::default()
/// };
/// let project = Project::new("glow-cube", "Glow Cube", "shenzhen", Anchor::Start { at: "2027-03-01T01:00:00Z".parse()? });
/// let request = WhatCanRequest { project, directory, member: "ul.lab".into(), task: None };
/// let view = what_can(request)?.rights.into_iter().find(|answer| answer.right == Right::View);
/// // They see their own tasks, not the project as a whole; the answer names the grant that ends before it.
/// assert!(view.is_some_and(|view| !view.allowed && view.out_of_scope == ["lab".into()]));
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatCan {
    /// Every right, from `view` to `privacy`.
    pub rights: Vec<RightAnswer>,
}

/// Whether somebody has a right, and the rule that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RightAnswer {
    /// The right.
    pub right: Right,
    /// Whether they have it here.
    pub allowed: bool,
    /// The first grant that allows it, in the order of the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub grant: Option<GrantId>,
    /// The role of access that it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub access: Option<AccessRoleId>,
    /// Where it is not allowed: their grants that give the right, but elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub out_of_scope: Vec<GrantId>,
}

/// # Errors
/// What is wrong with roles and grants.
pub(crate) fn access_roles(directory: &Directory) -> Result<AccessRoles> {
    Access::new(directory).map(|access| AccessRoles { roles: access.roles })
}

/// # Errors
/// What is wrong with the grants or the outline, and a task that is not there.
pub(crate) fn who_can(project: &Project, directory: &Directory, right: Right, task: Option<&TaskId>) -> Result<WhoCan> {
    let access = Access::new(directory)?;
    let outline = Outline::new(project)?;
    let target = target(&outline, task)?;
    let permitted = access.permitted(directory, right, &project.id, &target);
    let holder = |(member, grant): (&MemberId, &Grant)| RightHolder {
        member: member.clone(),
        grant: grant.id.clone(),
        access: grant.access.clone(),
    };
    Ok(WhoCan { members: permitted.map(holder).collect() })
}

/// # Errors
/// What is wrong with the grants or the outline, and a task that is not there.
pub(crate) fn what_can(project: &Project, directory: &Directory, member: &MemberId, task: Option<&TaskId>) -> Result<WhatCan> {
    let access = Access::new(directory)?;
    let outline = Outline::new(project)?;
    let target = target(&outline, task)?;
    let answer = |right: &Right| {
        let permission = access.permission(member, *right, &project.id, &target);
        let allowed = permission.is_allowed();
        let (grant, access, out_of_scope) = match permission {
            Permission::Allowed { grant, access } => (Some(grant.clone()), Some(access.clone()), Vec::new()),
            Permission::Refused { out_of_scope } => (None, None, out_of_scope.into_iter().cloned().collect()),
        };
        RightAnswer { right: *right, allowed, grant, access, out_of_scope }
    };
    Ok(WhatCan { rights: Right::ALL.iter().map(answer).collect() })
}

/// A task, or the project as a whole.
fn target<'a>(outline: &Outline<'a>, task: Option<&TaskId>) -> Result<Target<'a>> {
    let Some(id) = task else { return Ok(Target::WHOLE) };
    let row = outline.places.rows().find(|row| outline.id(*row) == id);
    let row = row.ok_or_else(|| Error::new(Code::TaskUnknown, &[("task", id.as_str())]).at("/task"))?;
    let above = std::iter::successors(outline.parent(row), |row| outline.parent(*row));
    let part: Part<'a> = part_of(outline.task(row), above.map(|row| outline.task(row)));
    Ok(Target { parts: vec![part] })
}
