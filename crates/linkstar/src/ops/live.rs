//! The methods of a live project, as every language has them: JSON in, JSON out.

use serde::{Deserialize, Serialize};

use crate::automation::DryRun;
use crate::document;
use crate::error::{Code, Error, Language, Result};
use crate::live::{BatchReceipt, Dates, LiveProject, PlanDelta, Preview, Rebased, Receipt, Slacks, Snapshot};
use crate::log::{Command, Context, Event, Offline};
use crate::model::TaskId;
use crate::plan::{Explanation, Plan};

/// Calls a macro with every method of a live project: name in JavaScript and JSON, name in Rust, request, response, what it does.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_live_method {
    ($then:ident) => {
        $then! {
            execute = execute($crate::LiveCommand) -> $crate::Receipt,
                "Decides a command, lets happen what was decided, and says what moved.";
            executeBatch = execute_batch($crate::LiveCommands) -> $crate::BatchReceipt,
                "Decides several commands, each on what the ones before made of the project: all of them happen, or none.";
            preview = preview($crate::LiveCommand) -> $crate::Preview,
                "What a command would do: what would move, by how much, and what would hold it there. Nothing changes.";
            dryRun = dry_run($crate::LiveCommand) -> $crate::DryRun,
                "What a command would come to, with all that rules would do besides, step by step. Nothing changes.";
            undo = undo($crate::LiveActor) -> $crate::Receipt,
                "Takes back the last thing that the actor did here, as a new event; refused where somebody else has changed the same since.";
            redo = redo($crate::LiveActor) -> $crate::Receipt,
                "Does again what the actor took back last, as a new event.";
            receive = receive($crate::LiveEvents) -> $crate::PlanDelta,
                "Takes events over that were decided elsewhere, and says what moved.";
            rebase = rebase($crate::LiveRebase) -> $crate::Rebased,
                "Comes back after working offline: takes the newer events over and decides the commands that were made meanwhile again.";
            eventsSince = events_since($crate::LiveSince) -> $crate::LiveEvents,
                "The events after one, by its number; all of them after 0.";
            dates = dates($crate::LiveNothing) -> $crate::Dates,
                "Where all tasks stand, in columns.";
            slacks = slacks($crate::LiveNothing) -> $crate::Slacks,
                "How far each task can slip, and which are critical, in columns.";
            plan = plan($crate::LiveNothing) -> $crate::Plan,
                "The plan as a document, as `schedule` gives it.";
            explain = explain($crate::LiveTask) -> $crate::Explanation,
                "Why a task is where it is, step by step back to the root.";
            snapshot = snapshot($crate::LiveNothing) -> $crate::Snapshot,
                "All that the project is made of: to be stored, and taken up again where this left it.";
        }
    };
}

macro_rules! requests {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$meta])* pub $field: $type,)* }
    )*};
}

requests! {
    /// A command to a live project.
    LiveCommand {
        /// What somebody wants to happen.
        command: Command,
        /// Who, when and under which key.
        context: Context,
    }
    /// Several commands to a live project.
    LiveCommands {
        /// What somebody wants to happen, in order.
        commands: Vec<Command>,
        /// Who, when and under which key.
        context: Context,
    }
    /// Somebody who takes something back, or does it again.
    LiveActor {
        /// Who, when and under which key.
        context: Context,
    }
    /// Events of a log, in order.
    LiveEvents {
        /// The events.
        events: Vec<Event>,
    }
    /// What was done offline, and what others did meanwhile.
    LiveRebase {
        /// What others did, in order.
        events: Vec<Event>,
        /// What was done offline, in order.
        commands: Vec<Offline>,
    }
    /// From where on events are asked for.
    LiveSince {
        /// The number of the last event that is known; 0 for none.
        number: u32,
    }
    /// A task that is asked about.
    LiveTask {
        /// The task.
        task: TaskId,
        /// The language of the answer; English when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        language: Option<Language>,
    }
    /// Nothing more has to be said.
    LiveNothing {
        /// Not read; what has no field cannot cross to every language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        nothing: Option<bool>,
    }
}

macro_rules! door {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {
        impl LiveProject {
            /// The names of all methods, for [`LiveProject::call`].
            pub const METHODS: &'static [&'static str] = &[$(stringify!($js)),*];

            /// Takes a project up, from a snapshot as JSON.
            ///
            /// # Errors
            /// As for [`LiveProject::open`].
            pub fn from_json(json: &str) -> Result<LiveProject> {
                LiveProject::open(Snapshot::from_json(json)?).map_err(|error| document::locate(error, json))
            }

            /// Runs a method by its name: JSON in, canonical JSON out.
            ///
            /// # Errors
            /// `operation.unknown`, and all that the method itself refuses, with its place in the request.
            pub fn call(&mut self, method: &str, json: &str) -> Result<String> {
                match method {
                    $(stringify!($js) => {
                        let request: $request = document::read(json)?;
                        let response: $response = run::$name(self, request).map_err(|error| document::locate(error, json))?;
                        Ok(write::$name(&response))
                    })*
                    _ => Err(Error::new(Code::OperationUnknown, &[("operation", method), ("known", &LiveProject::METHODS.join(", "))])),
                }
            }
        }

        /// The methods with one request each, for the bindings.
        #[doc(hidden)]
        pub mod methods {
            use super::*;

            $(
                #[doc = $doc]
                ///
                /// # Errors
                /// Requests that cannot be used, with the place in them.
                pub fn $name(live: &mut LiveProject, request: $request) -> Result<$response> {
                    run::$name(live, request)
                }
            )*
        }

        /// How answers are written.
        mod write {
            use super::*;

            $(pub(super) fn $name(response: &$response) -> String { response.written() })*
        }
    };
}

for_each_live_method!(door);

/// An answer as JSON.
trait Written {
    fn written(&self) -> String;
}

impl Written for Plan {
    fn written(&self) -> String {
        self.to_json()
    }
}

macro_rules! canonical {
    ($($type:ty),*) => {$(
        impl Written for $type {
            fn written(&self) -> String { document::canonical(self) }
        }
    )*};
}

canonical!(Receipt, BatchReceipt, Preview, DryRun, PlanDelta, Rebased, LiveEvents, Dates, Slacks, Explanation, Snapshot);

mod run {
    use super::*;

    pub(super) fn execute(live: &mut LiveProject, request: LiveCommand) -> Result<Receipt> {
        live.execute(&request.command, &request.context)
    }

    pub(super) fn execute_batch(live: &mut LiveProject, request: LiveCommands) -> Result<BatchReceipt> {
        live.execute_batch(&request.commands, &request.context)
    }

    pub(super) fn preview(live: &mut LiveProject, request: LiveCommand) -> Result<Preview> {
        live.preview(&request.command, &request.context)
    }

    pub(super) fn dry_run(live: &mut LiveProject, request: LiveCommand) -> Result<DryRun> {
        live.dry_run(&request.command, &request.context)
    }

    pub(super) fn undo(live: &mut LiveProject, request: LiveActor) -> Result<Receipt> {
        live.undo(&request.context)
    }

    pub(super) fn redo(live: &mut LiveProject, request: LiveActor) -> Result<Receipt> {
        live.redo(&request.context)
    }

    pub(super) fn receive(live: &mut LiveProject, request: LiveEvents) -> Result<PlanDelta> {
        live.receive(&request.events)
    }

    pub(super) fn rebase(live: &mut LiveProject, request: LiveRebase) -> Result<Rebased> {
        live.rebase(&request.events, &request.commands)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of all methods")]
    pub(super) fn events_since(live: &mut LiveProject, request: LiveSince) -> Result<LiveEvents> {
        Ok(LiveEvents { events: live.events_since(request.number).to_vec() })
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of all methods")]
    pub(super) fn dates(live: &mut LiveProject, _: LiveNothing) -> Result<Dates> {
        Ok(live.dates())
    }

    pub(super) fn slacks(live: &mut LiveProject, _: LiveNothing) -> Result<Slacks> {
        live.slacks()
    }

    pub(super) fn plan(live: &mut LiveProject, _: LiveNothing) -> Result<Plan> {
        live.plan().cloned()
    }

    pub(super) fn explain(live: &mut LiveProject, request: LiveTask) -> Result<Explanation> {
        live.explain(&request.task, request.language.unwrap_or_default())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of all methods")]
    pub(super) fn snapshot(live: &mut LiveProject, _: LiveNothing) -> Result<Snapshot> {
        Ok(live.snapshot())
    }
}
