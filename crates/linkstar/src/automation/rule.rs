//! Rules: when this happens, and that is so, do this.

use serde::{Deserialize, Serialize};

use crate::automation::{Action, Condition, Trigger};
use crate::document;
use crate::error::Result;
use crate::model::MemberId;
use crate::text::id_type;

id_type! {
    /// The host's id of an automation rule, unique among the rules of a project; at most 64 bytes.
    RuleId
}

/// What is done by itself when something has happened.
///
/// A rule has no power of its own: it acts as a member, mostly one who stands for the machine, and what it does is decided like
/// anybody's command. It vouches for nothing, approves nothing and reports no facts: those are people's.
///
/// ```
/// use linkstar::AutomationRule;
/// let rules = AutomationRule::all_from_json(r#"[{
///     "id": "listing-once-sailed", "name": "Once the goods have sailed, Mei writes the listing", "actor": "robot",
///     "trigger": { "kind": "taskStarted", "of": { "task": "ocean-transit" } },
///     "conditions": [{ "kind": "taskOwnedBy", "task": "listing-copy" }],
///     "actions": [{ "kind": "assignOwner", "task": "listing-copy", "owner": "mei" }]
/// }]"#)?;
/// assert_eq!(rules[0].actions.len(), 1);
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutomationRule {
    /// Its id.
    pub id: RuleId,
    /// What people call it.
    pub name: String,
    /// As whom it acts: a member of the directory with the rights that its actions ask for.
    pub actor: MemberId,
    /// What sets it off.
    pub trigger: Trigger,
    /// What it does, in this order.
    pub actions: Vec<Action>,
    /// What has to be so besides, all of it, right after the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub conditions: Vec<Condition>,
    /// Whether it rests for a while: nothing sets it off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub paused: bool,
}

impl AutomationRule {
    /// A rule without conditions and actions.
    ///
    /// ```
    /// use linkstar::{Action, AutomationRule, Trigger};
    /// let ticked = Trigger::ItemTicked { item: Some("fcc-grant".into()) };
    /// let rule = AutomationRule { actions: vec![Action::say("The FCC grant is here: ads may go.")], ..AutomationRule::new("fcc", "Tell of the FCC grant", "robot", ticked) };
    /// assert!(!rule.paused);
    /// ```
    pub fn new(id: &str, name: &str, actor: &str, trigger: Trigger) -> AutomationRule {
        let (id, name, actor) = (id.into(), name.to_owned(), actor.into());
        AutomationRule { id, name, actor, trigger, actions: Vec::new(), conditions: Vec::new(), paused: false }
    }

    /// Reads a list of rules.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text. Whether the rules fit a project is for
    /// [`check_rules`](crate::check_rules).
    pub fn all_from_json(json: &str) -> Result<Vec<AutomationRule>> {
        document::read(json)
    }

    /// Writes a list of rules in canonical form.
    pub fn all_to_json(rules: &[AutomationRule]) -> String {
        document::canonical(&rules)
    }
}
