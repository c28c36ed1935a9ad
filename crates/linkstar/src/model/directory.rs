//! What projects share and the host owns: people, roles, calendars.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{AccessRole, FormatVersion, Grant, Sensitive, Translation, all_of_it, is_all_of_it};
use crate::text::id_type;
use crate::time::{CalendarId, CalendarSet, Timeline, WorkCalendar};

id_type! {
    /// The host's id of a person or partner.
    MemberId
}

id_type! {
    /// The host's id of a role.
    RoleId
}

/// The people, roles and calendars of a company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Directory {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// When people work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<WorkCalendar>,
    /// What people do, while no person is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Who they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// How much of one kind one person can do at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<TagLimit>,
    /// Roles of access of the host's own, beside the built-in ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access_roles: Vec<AccessRole>,
    /// Who may do what, where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// Which commands wait for approval, beside the removal of critical tasks, blocking tasks and gates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<Sensitive>,
}

/// How many tasks of one kind one person can have in hand at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagLimit {
    /// The tag by which tasks say what they are, such as `kind:packaging-design`.
    pub tag: String,
    /// The most at a time.
    pub most: u32,
}

/// A role that does work while no person is named: "compliance", "local partner".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    /// The id by which tasks name it.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// When a task of this role is worked on, unless the task or its owner has a calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
}

/// A person, or a partner who acts as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Member {
    /// The id by which tasks name them.
    pub id: MemberId,
    /// What people call them.
    pub name: String,
    /// What they can do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleId>,
    /// When they work; their tasks are planned on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// What else they can do, in the words in which tasks ask for it: `photography`, `english`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// How much of their working time they have for projects, in percent: 100 when absent.
    #[serde(default = "all_of_it", skip_serializing_if = "is_all_of_it")]
    pub units_percent: u32,
}

impl Member {
    /// Somebody of whom nothing else is known yet.
    pub fn new(id: &str, name: &str) -> Member {
        Member { id: id.into(), name: name.to_owned(), roles: Vec::new(), calendar: None, skills: Vec::new(), units_percent: 100 }
    }
}

impl Directory {
    /// The working time of a calendar, for arithmetic.
    ///
    /// # Errors
    /// [`Code::CalendarUnknown`](crate::Code::CalendarUnknown), and what is wrong with the calendars, by its path in the directory.
    ///
    /// ```
    /// let directory = linkstar::Directory::from_json(r#"{ "linkstar": 1, "calendars": [
    ///     { "id": "la", "zone": "America/Los_Angeles", "week": { "monday": ["08:00-17:00"] } } ] }"#)?;
    /// let mut los_angeles = directory.timeline("la")?;
    /// let sunday = "2027-10-17T20:00:00-07:00".parse()?;
    /// assert_eq!(los_angeles.next(sunday)?, "2027-10-18T08:00:00-07:00".parse()?);
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn timeline(&self, calendar: &str) -> Result<Timeline> {
        CalendarSet::new(&self.calendars)?.timeline(&calendar.into())
    }
}
