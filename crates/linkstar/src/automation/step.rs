//! Steps: what rules have done, or would do.

use serde::{Deserialize, Serialize};

use crate::automation::RuleId;
use crate::error::{Argument, Code, Error};
use crate::log::{Command, Event, Outcome};
use crate::model::MemberId;

/// One action of a rule, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutomationStep {
    /// The rule.
    pub rule: RuleId,
    /// The number of the event that set it off.
    pub set_off_by: u32,
    /// As whom it acted.
    pub actor: MemberId,
    /// The key of its command: the same event sets the same action off once.
    pub key: String,
    /// What became of it.
    pub end: StepEnd,
    /// What it wanted to do; absent where that could not be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub command: Option<Command>,
}

impl AutomationStep {
    /// The event of what the rule did, if it did anything.
    pub fn event(&self) -> Option<&Event> {
        match &self.end {
            StepEnd::Decided { outcome: Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } } => Some(event),
            StepEnd::Decided { .. } | StepEnd::Failed { .. } => None,
        }
    }
}

/// What became of an action.
#[expect(clippy::large_enum_variant, reason = "most steps are decided")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum StepEnd {
    /// It was decided like any command: accepted, refused with every reason, waiting for approval, or done before.
    Decided {
        /// What became of the command.
        outcome: Outcome,
    },
    /// It could not be decided: what the rule names is not there any more, or does not fit. Somebody has to mend the rule.
    Failed {
        /// What is wrong.
        code: Code,
        /// Where, as a JSON Pointer: in the `command`, or in the rules.
        path: String,
        /// The sentence for a person, in English.
        detail: String,
        /// The arguments of the sentence, for `describe` in another language.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        args: Vec<Argument>,
    },
}

impl From<Error> for StepEnd {
    fn from(error: Error) -> StepEnd {
        let Error { code, path, detail, args, .. } = error;
        StepEnd::Failed { code, path, detail, args }
    }
}

/// What a command would come to, with all that rules would do besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DryRun {
    /// What would become of the command itself.
    pub outcome: Outcome,
    /// What rules would do, in order; nothing where the command changes nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub steps: Vec<AutomationStep>,
}
