//! The one way to change a project: a command is decided, and what was decided is an event.
//!
//! ```text
//! Command ── decide ──▶ Event ── apply ──▶ State
//!               └─────▶ Refusal: every reason, who acts, and how
//! ```
//!
//! [`decide`] looks at the state, the directory and the moment; [`State::apply`] looks at nothing, so that a log can be replayed where
//! nobody knows the people any more. Reports of facts are never refused for what stands in their way: they are written down with it.

mod audit;
mod bundle;
mod chain;
mod change;
mod command;
mod decide;
mod draft;
mod event;
mod fit;
mod person;
mod rebase;
mod record;
mod reproduction;
mod rewrite;
mod undo;
mod versions;

pub(crate) use audit::different;
pub use audit::{Diff, DiffField, DiffKind, DiffRecord, History, HistoryEntry, diff, history};
pub use bundle::{BundlePart, BundleRecord, EvidenceBundle, Said, evidence, verify_evidence};
pub use chain::{Entry, Fault, Verification, verify};
pub use change::Change;
pub use command::{Command, FieldValue, Waivable};
pub(crate) use decide::decide_beside;
pub use decide::{Context, Outcome, decide, decide_first};
pub(crate) use decide::{check_field, check_text, check_value};
pub(crate) use event::erased_key;
pub use event::{Breach, Event, Log, Rewritten, Seal, State};
pub(crate) use fit::named;
pub use person::{Erasure, Mention, PersonEvent, PersonExport, PersonRecord, erase_person, export_person};
pub use rebase::{Conflict, Offline, Rebase, RebasedEvent, Repetition, rebase};
pub(crate) use record::{Fields, Records};
pub use record::{RecordKind, RecordRef};
pub use reproduction::{Reproduction, reproduction};
pub use undo::{redo, undo};
