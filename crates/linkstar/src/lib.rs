#![forbid(unsafe_code)]
//! The engine behind a project-management module for cross-border sellers: it says when every task of a launch happens, how far it
//! can slip, and what holds it, on the calendars of everybody who takes part.
//!
//! It is a library and nothing else: it owns no database, no server, no clock, no users. A host hands it documents and gets documents
//! back.
//!
//! ```
//! use linkstar::{Directory, Language, PlanOptions, Project, schedule};
//! # let (launch, team) = (include_str!("../../../examples/us_launch/launch.json"), include_str!("../../../examples/us_launch/team.json"));
//! let project = Project::from_json(launch)?;
//! let directory = Directory::from_json(team)?;
//! let plan = schedule(&project, &directory, &PlanOptions::default())?;
//! assert!(plan.task("fba-cutoff").is_some_and(|cutoff| cutoff.total_slack > 0));
//! for step in plan.explain("start-ads", Language::En)?.steps {
//!     println!("{}", step.sentence);
//! }
//! # Ok::<(), linkstar::Error>(())
//! ```
//!
//! # Architecture
//!
//! ```text
//! Command ── decide ──▶ Event ── apply ──▶ Project ─┐
//!               └─────▶ every reason       Directory ┴─ compile ─▶ Network ── forward, backward ─▶ Plan ── explain
//! ```
//!
//! A [`Project`] is the document that a person would recognise: tasks, links, dates. A [`Directory`] is what projects share and the
//! host owns: people, roles, calendars, grants. A [`Plan`] is the answer, plain data as well. In between stands a network of dense
//! indices and seconds, which never leaves the crate.
//!
//! A project is changed by [`Command`]s alone. [`decide`] asks whether the actor may (a grant), then whether it may happen (gates, links,
//! stages), then what else stands in the way, and gives an [`Event`] or every reason; [`State::apply`] asks nothing, so that a [`Log`] can be
//! replayed anywhere. Each event holds the hash of all before it.
//!
//! Most tasks have a length, a calendar and links, and nothing else. In the network they are *plain*: their calendar is one straight
//! axis of working time, a link between two of them is one addition, and a pass is one loop over a flat list of such additions, level
//! by level. Links between calendars cross from axis to axis. Whatever has dates, reports or people of its own is *special*, and is
//! placed by instants. Both follow the same rules; where a task could be either, the answers are the same.
//!
//! | layer | module | what lives there |
//! |---|---|---|
//! | 0 | `error`, `text`, `column`, `order` | [`Error`], [`Diagnostic`], the table of [`Code`]s with their sentences; values that are text at every boundary; flat arrays; sorting |
//! | 1 | `time` | [`Timestamp`], [`Day`], [`Span`], working calendars, the compiled [`Timeline`] |
//! | 2 | `model` | plain data |
//! | 3 | `document` | JSON: reading with exact places of errors, canonical writing |
//! | 4 | `message` | local time, lengths of time, sentences |
//! | 5 | `outline`, `team` | a project and a directory with every name resolved |
//! | 6 | `access` | who may do and see what: roles, grants, a project as one member may see it |
//! | 7 | `rules` | whether something may happen: blockers, stages, gates |
//! | 8 | `plan` | when it does: network (compiled, ranked, loops opened), passes and their bounds, slack, report, findings, explanation, paths, what if, workload |
//! | 9 | `view` | what a page shows of both: what is blocked and by what, what is missing |
//! | 10 | `log` | the one way to change a project: commands, decisions, events, the chain, audit, people who are exported and erased |
//! | 11 | `automation` | what is done by itself when something has happened: rules, and what they set off |
//! | 12 | `live` | a project in memory with its plan kept up to date: previews, columns of what moved, undo, offline edits |
//! | 13 | `pack` | from packs to projects: templates, requirements, retail moments |
//! | 14 | [`ops`] | the table of operations and the JSON door [`call`] |
//! | 15 | `ffi` | what the generated bindings export, with the feature `uniffi` |
//!
//! **Invariants**
//!
//! 1. **No input or output, clock, randomness or environment**: they are arguments.
//! 2. **Same bytes in, same bytes out**, on every machine and in every language.
//! 3. **A project changes only through events**, and what was written is never decided again.
//! 4. **Layers point down**: a lower module never names a higher one.
//! 5. **No input panics.** Lints forbid unwrapping, unchecked indexing, truncating casts, hash order, and float arithmetic in dates;
//!    nothing recurses on the depth of a project.
//! 6. **Every operation is in the table**, hence in every language.
//! 7. **Every document ever written stays readable.**
//! 8. **No third-party type in a public signature**; conversions from `chrono` are offered.
//!
//! # Limits
//!
//! Dates lie in the years 1 to 9999, spans within 10,000 years; JSON is at most 128 levels deep; a calendar has at most 16 layers. A
//! chain of a million tasks and ten thousand levels of summaries are planned. Rules of daylight saving are known to the end of 2099.
//! A date far from the others costs a walk over the years between, about 50 microseconds for each year and calendar. A command has at
//! most a megabyte, a text in it 64 kilobytes, a key 256 bytes. A template has at most 2,000 tasks, a project made from one 50,000 tasks and 500,000 links. A
//! project has at most 200 automation rules, each with 20 conditions and 20 actions, and an event sets off at most 1,000 steps. What else is large costs memory in proportion: a host that reads documents
//! of strangers bounds their size.

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("linkstar");

mod access;
mod automation;
mod column;
mod document;
mod error;
#[cfg(feature = "uniffi")]
#[doc(hidden)]
pub mod ffi;
mod live;
mod log;
#[cfg(feature = "measure")]
#[doc(hidden)]
pub mod measure;
mod message;
mod model;
mod names;
pub mod ops;
mod order;
mod outline;
mod pack;
mod plan;
mod rules;
mod team;
mod text;
mod time;
mod view;

pub use access::{AccessRoles, RightAnswer, RightHolder, WhatCan, WhoCan};
pub use automation::{
    Action, AutomationRule, AutomationStep, Condition, DryRun, RuleId, SetOff, StagePosition, StepEnd, TaskFilter, TaskStanding, Trigger,
    check_rules, dry_run_rules, run_rules, set_off_by,
};
#[cfg(feature = "uniffi")]
pub use error::LinkstarError;
pub use error::{Argument, Code, Diagnostic, Error, Language, Result, Severity};
pub use live::{BatchReceipt, Dates, LiveProject, PlanConflict, PlanDelta, Preview, Rebased, Receipt, Slacks, Snapshot};
pub use log::{
    Breach, BundlePart, BundleRecord, Change, Command, Conflict, Context, Diff, DiffField, DiffKind, DiffRecord, Entry, Erasure, Event,
    EvidenceBundle, Fault, FieldValue, History, HistoryEntry, Log, Mention, Offline, Outcome, PersonEvent, PersonExport, PersonRecord,
    Rebase, RebasedEvent, RecordKind, RecordRef, Repetition, Reproduction, Rewritten, Said, Seal, State, Verification, Waivable, decide,
    decide_first, diff, erase_person, evidence, export_person, history, rebase, redo, reproduction, undo, verify, verify_evidence,
};
pub use message::{local_time, working_time};
pub use model::{
    AccessRole, AccessRoleId, Aggregate, Anchor, Answer, Approval, AsLateAs, Assignment, Attachment, AttachmentId, Attribute,
    AttributeChoice, AttributeId, AttributeKind, Baseline, BaselineId, BaselineTask, Basis, BoundSide, Capacity, Category, CategoryId,
    ChecklistItem, Clause, Comment, CommentId, Confidence, Constraint, CriticalBy, DateBasis, DatePoint, DateRule, DateSide, Deadline,
    Decide, Decision, Delegation, Directory, Effect, EffectTask, Estimate, Evidence, EvidenceId, EvidenceNeed, Expectation, Ext,
    FormatVersion, Gate, GateBlock, GateId, GateItem, GateKind, GateKindId, GivenDate, Grant, GrantId, Guidance, Held, HeldEnd, HeldId,
    Intent, ItemId, Json, LagCalendar, LeadTime, LeadTimeChoice, LeadTimeId, Lesson, LessonId, Life, Link, LinkKind, List, ManualDates,
    Member, MemberId, Method, Metric, MetricCondition, MetricId, MilestoneForm, MomentId, MomentYear, MoneyKind, MoneyLine, MoneyLineId,
    Observed, Origin, OutOfSequence, Pack, PackCalendar, PackId, PackRef, Platform, PlatformId, Progress, Project, ProjectId,
    PublishedDate, PublishedDateId, PublishedKind, Reading, Repeat, RepeatId, RepeatNames, Requirement, RequirementId, RequirementKind,
    RetailMoment, Retrospective, Right, Risk, RiskId, Role, RoleId, RoleOwner, Route, RouteId, RuleSource, Sensitive, SlackKind, Split,
    Stage, StageId, TagLimit, Task, TaskId, Template, TemplateDate, TemplateId, TemplateLink, TemplateStage, TemplateTask, Test, Tick,
    Translation, UsualOffset, Validity, Waiver, Wanted, Weekday, Words,
};
#[cfg(feature = "schema")]
pub use ops::schemas;
pub use ops::{
    AccessRolesRequest, AdaptationsRequest, AddWorkingTimeRequest, BlockingRequest, CandidatesRequest, CheckPacksRequest, CheckRequest,
    CopyBranchRequest, DescribeRequest, DiffRequest, DragRequest, Drags, ErasePersonRequest, EvidenceRequest, ExecuteRequest, Execution,
    ExplainRequest, ExportPersonRequest, FloatPathsRequest, HandoffsRequest, HistoryRequest, InstantiateRequest, LintRequest, LiveActor,
    LiveCommand, LiveCommands, LiveEvents, LiveNothing, LiveRebase, LiveSince, LiveTask, MarketCalendarRequest, Moment, NormalizeRequest,
    OPERATIONS, Operation, Order, OutlookRequest, OverridesRequest, PackFile, PackImpactRequest, PackProblem, PackProblems, RedactRequest,
    ReplayRequest, Replayed, ReproductionRequest, SaveTemplateRequest, ScheduleRequest, Sentence, Side, SlipRequest,
    UpdateFromPacksRequest, VerifyEvidenceRequest, VerifyRequest, WhatCanRequest, WhoCanRequest, WorkingIntervals, WorkingIntervalsRequest,
    WorkingMomentRequest, WorkingTime, WorkingTimeBetweenRequest, WorkloadRequest, call,
};
pub use pack::{
    Adaptation, Adaptations, Assumption, BranchCopy, Chain, CopyWith, DecisionOption, DecisionOutlook, DueRequirement, Goal, Instance,
    MomentDates, Outlook, PackImpact, PackUpdate, ProjectImpact, Question, ReopenedGate, Uncertain, UpdateField, UpdateStep, UsedDate,
    YearCalendar, YearEntry, YearEntryKind, adaptations, copy_branch, instantiate, outlook, overrides, pack_impact, save_template,
    update_from_packs, year_calendar,
};
pub use plan::{
    Candidate, Candidates, CarriedTask, Crowd, DayOff, Drag, Driver, EstimatePoint, Explanation, FloatPath, FloatPaths, Handoff, Handoffs,
    LoadPeriod, MemberLoad, Moved, Overload, Party, PathTask, Plan, PlanOptions, PlannedCalendar, PlannedTask, ProjectLoad, Slip, Step,
    Workload, canonical_order, schedule,
};
pub use rules::{NextStep, Reason, Verdict, check};
pub use text::Text;
pub use time::{
    CalendarException, CalendarId, Day, Lag, Shift, Span, SpanUnit, TZDB_VERSION, Timeline, Timestamp, WeekChange, WorkCalendar,
    WorkInterval, WorkWeek, WorkingDay, Zone,
};
pub use view::{AtRisk, BlockedTask, Blocking, Findings, OpenGate, ReadyTask, Root, StageStanding, StageView, blocking, lint};
