//! The operations that every language has.
//!
//! One row of the table declares an operation: its names, what it takes, what it gives, what it does. The table expands into
//! [`OPERATIONS`], the JSON door [`call`] and the functions of this module; in the bindings into their exports. So nothing can be
//! in one language and missing in another.

mod live;
mod request;

use serde::de::DeserializeOwned;

use crate::access::{AccessRoles, WhatCan, WhoCan};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::{Diff, Erasure, EvidenceBundle, History, PersonExport, Reproduction, Verification};
use crate::model::{Directory, Pack, Project, Right};
use crate::pack::{Adaptations, BranchCopy, Instance, Outlook, PackImpact, PackUpdate, YearCalendar};
use crate::plan::{Candidates, Explanation, FloatPaths, Handoffs, Plan, PlanOptions, Slip, Workload};
use crate::rules::Verdict;
use crate::time::{CalendarId, Timestamp};
use crate::view::{Blocking, Findings};

pub use live::{LiveActor, LiveCommand, LiveCommands, LiveEvents, LiveNothing, LiveRebase, LiveSince, LiveTask, methods as live_methods};
pub use request::{
    AccessRolesRequest, AdaptationsRequest, AddWorkingTimeRequest, BlockingRequest, CandidatesRequest, CheckPacksRequest, CheckRequest,
    CopyBranchRequest, DescribeRequest, DiffRequest, DragRequest, Drags, ErasePersonRequest, EvidenceRequest, ExecuteRequest, Execution,
    ExplainRequest, ExportPersonRequest, FloatPathsRequest, HandoffsRequest, HistoryRequest, InstantiateRequest, LintRequest,
    MarketCalendarRequest, Moment, NormalizeRequest, Order, OutlookRequest, OverridesRequest, PackFile, PackImpactRequest, PackProblem,
    PackProblems, RedactRequest, ReplayRequest, Replayed, ReproductionRequest, SaveTemplateRequest, ScheduleRequest, Sentence, Side,
    SlipRequest, UpdateFromPacksRequest, VerifyEvidenceRequest, VerifyRequest, WhatCanRequest, WhoCanRequest, WorkingIntervals,
    WorkingIntervalsRequest, WorkingMomentRequest, WorkingTime, WorkingTimeBetweenRequest, WorkloadRequest,
};

/// Calls a macro with every operation: name in JavaScript and JSON, name in Rust, request, response, what it does.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_operation {
    ($then:ident) => {
        $then! {
            schedule = schedule($crate::ScheduleRequest) -> $crate::Plan,
                "Plans a project: when every task happens, how far it can slip, and what holds it.";
            explain = explain($crate::ExplainRequest) -> $crate::Explanation,
                "Plans a project and says why one task is where it is, step by step back to the root.";
            floatPaths = float_paths($crate::FloatPathsRequest) -> $crate::FloatPaths,
                "The chains that lead to a task, a milestone or the finish, the tightest first, and when each must start at the latest.";
            drag = drag($crate::DragRequest) -> $crate::Drags,
                "How much each critical task delays the finish: what would be won if it took no time.";
            slip = slip($crate::SlipRequest) -> $crate::Slip,
                "What moves if a task starts later than planned, without planning the rest again.";
            check = check($crate::CheckRequest) -> $crate::Verdict,
                "Whether a task may start or be completed, a stage be opened or closed, the project be closed; and everything that stands in the way.";
            blocking = blocking($crate::BlockingRequest) -> $crate::Blocking,
                "What may start now, what is blocked and by what, and what to clear first.";
            lint = lint($crate::LintRequest) -> $crate::Findings,
                "What is missing in a project: owners, deadlines, links, producers of evidence, calendars of people; and which grants go too far.";
            accessRoles = access_roles($crate::AccessRolesRequest) -> $crate::AccessRoles,
                "The roles of access that grants can name, the built-in ones among them.";
            whoCan = who_can($crate::WhoCanRequest) -> $crate::WhoCan,
                "Who may do something to a task or to the project as a whole, and by which grant.";
            whatCan = what_can($crate::WhatCanRequest) -> $crate::WhatCan,
                "What a member may do to a task or to the project as a whole, and for every right the rule that decided.";
            redact = redact($crate::RedactRequest) -> $crate::Project,
                "A project as one member may see it: what they may not see is absent.";
            workload = workload($crate::WorkloadRequest) -> $crate::Workload,
                "Who carries what, period by period, over all projects: load against capacity, overloads, too many tasks of one kind, work on days off.";
            candidates = candidates($crate::CandidatesRequest) -> $crate::Candidates,
                "Who else could take a task: by role, skills and free time, with what stands against each.";
            handoffs = handoffs($crate::HandoffsRequest) -> $crate::Handoffs,
                "Where work goes from one person or role to another, and how long it lies between.";
            normalize = normalize($crate::NormalizeRequest) -> $crate::Project,
                "Reads a project and gives it back in canonical form: tasks in outline order, links sorted, one spelling of everything.";
            addWorkingTime = add_working_time($crate::AddWorkingTimeRequest) -> $crate::Moment,
                "The moment at which an amount of work is done, or, below zero, has to begin.";
            workingMoment = working_moment($crate::WorkingMomentRequest) -> $crate::Moment,
                "The next moment at which somebody works, or the previous one at which work had been done.";
            workingTimeBetween = working_time_between($crate::WorkingTimeBetweenRequest) -> $crate::WorkingTime,
                "The working seconds between two moments.";
            workingIntervals = working_intervals($crate::WorkingIntervalsRequest) -> $crate::WorkingIntervals,
                "The working stretches of a calendar between two moments: what a chart leaves unshaded.";
            execute = execute($crate::ExecuteRequest) -> $crate::Execution,
                "Decides commands one after the other, each on what the ones before made of the project: the only way to change one.";
            replay = replay($crate::ReplayRequest) -> $crate::Replayed,
                "The project that a log adds up to.";
            verify = verify($crate::VerifyRequest) -> $crate::Verification,
                "Whether a log is as it was written: nothing altered, missing or put in another order.";
            history = history($crate::HistoryRequest) -> $crate::History,
                "Every value that a field of a record has had, each with its author; or the one that held at an instant.";
            diff = diff($crate::DiffRequest) -> $crate::Diff,
                "What is different between two moments, field by field, each with the author of its last change.";
            evidence = evidence($crate::EvidenceRequest) -> $crate::EvidenceBundle,
                "The key nodes of a project, gates, papers, approvals, waivers and milestones, with what proves them, and nothing else.";
            verifyEvidence = verify_evidence($crate::VerifyEvidenceRequest) -> $crate::Verification,
                "Whether a bundle of evidence is true, by itself: without the log.";
            reproduction = reproduction($crate::ReproductionRequest) -> $crate::Reproduction,
                "A log and a directory that behave like these, without people, words and amounts: to be sent to whoever mends a fault.";
            exportPerson = export_person($crate::ExportPersonRequest) -> $crate::PersonExport,
                "Everything that a log and a directory know of a person.";
            erasePerson = erase_person($crate::ErasePersonRequest) -> $crate::Erasure,
                "Erases a person from a log and a directory; the log still replays and verifies.";
            marketCalendar = market_calendar($crate::MarketCalendarRequest) -> $crate::YearCalendar,
                "A year of the market: holidays, retail moments, cut-offs and factory stops, each with its certainty; and what nobody knows.";
            checkPacks = check_packs($crate::CheckPacksRequest) -> $crate::PackProblems,
                "Everything in packs that does not fit together, with file and line.";
            instantiate = instantiate($crate::InstantiateRequest) -> $crate::Instance,
                "Makes a project from a template: for a product, its platforms and a moment. Says what applies, what is open and what was assumed.";
            outlook = outlook($crate::OutlookRequest) -> $crate::Outlook,
                "Whether a project from a template can still be in time: the days short, the chains, and until when each choice can be made.";
            adaptations = adaptations($crate::AdaptationsRequest) -> $crate::Adaptations,
                "What a plan made from a template, or by hand, lacks for its product, and the commands that would mend it.";
            saveTemplate = save_template($crate::SaveTemplateRequest) -> $crate::Pack,
                "Makes a template of a project: dates relative, people and progress left out, lengths as they really were.";
            copyBranch = copy_branch($crate::CopyBranchRequest) -> $crate::BranchCopy,
                "The commands that add a copy of a task and all below it, without people and actuals unless asked.";
            overrides = overrides($crate::OverridesRequest) -> $crate::Diff,
                "What is different in a project from how its template makes it, field by field, each with the author of its last change.";
            updateFromPacks = update_from_packs($crate::UpdateFromPacksRequest) -> $crate::PackUpdate,
                "What a new version of its packs would change in a running project, as commands to review one by one; and where both have changed the same.";
            packImpact = pack_impact($crate::PackImpactRequest) -> $crate::PackImpact,
                "Which running projects a new version of packs touches, how much of each, and which gates reopen.";
            describe = describe($crate::DescribeRequest) -> $crate::Sentence,
                "The sentence for a code and its arguments, in the language of the reader.";
        }
    };
}

/// An operation of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The name for [`call`], and in JavaScript.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
}

macro_rules! door {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {
        /// Every operation, in the order of the table.
        pub const OPERATIONS: &[Operation] = &[$(Operation { name: stringify!($js), about: $doc }),*];

        /// Runs an operation: JSON in, canonical JSON out.
        ///
        /// # Errors
        /// `operation.unknown`, and all that the operation itself refuses, with its place in the request.
        ///
        /// ```
        /// let sentence = linkstar::call("describe", r#"{ "code": "time.day", "args": [{ "name": "value", "value": "26 Oct" }] }"#)?;
        /// assert!(sentence.contains("`26 Oct` is not a day"));
        /// # Ok::<(), linkstar::Error>(())
        /// ```
        pub fn call(operation: &str, json: &str) -> Result<String> {
            match operation {
                $(stringify!($js) => answer(json, run::$name, <$response>::to_json),)*
                _ => {
                    let known: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
                    Err(Error::new(Code::OperationUnknown, &[("operation", operation), ("known", &known.join(", "))]))
                }
            }
        }

        $(
            #[doc = $doc]
            ///
            /// # Errors
            /// Input that cannot be used, with its place in the request.
            pub fn $name(request: $request) -> Result<$response> {
                run::$name(&request)
            }
        )*
    };
}

for_each_operation!(door);

fn answer<Request: DeserializeOwned, Response>(
    json: &str,
    run: fn(&Request) -> Result<Response>,
    write: fn(&Response) -> String,
) -> Result<String> {
    let request: Request = document::read(json)?;
    run(&request).map(|response| write(&response)).map_err(|error| document::locate(error, json))
}

macro_rules! written {
    ($($response:ident),*) => {$(
        impl $response {
            /// Writes it in its canonical form.
            pub fn to_json(&self) -> String {
                document::canonical(self)
            }
        }
    )*};
}

written!(
    AccessRoles,
    WhoCan,
    WhatCan,
    Verdict,
    Blocking,
    Findings,
    Explanation,
    FloatPaths,
    Drags,
    Slip,
    Workload,
    Candidates,
    Handoffs,
    Moment,
    WorkingTime,
    WorkingIntervals,
    Sentence,
    Execution,
    Replayed,
    Verification,
    History,
    Diff,
    PersonExport,
    Erasure,
    Reproduction,
    PackProblems,
    YearCalendar,
    Adaptations,
    Instance,
    Outlook,
    BranchCopy,
    PackUpdate,
    PackImpact
);

/// The JSON Schemas of the documents, by file name: what an editor or another program checks against.
#[cfg(feature = "schema")]
pub fn schemas() -> Vec<(&'static str, String)> {
    let pretty = |schema: schemars::Schema| serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default();
    vec![
        ("project.schema.json", pretty(schemars::schema_for!(Project))),
        ("directory.schema.json", pretty(schemars::schema_for!(Directory))),
        ("plan.schema.json", pretty(schemars::schema_for!(Plan))),
        ("pack.schema.json", pretty(schemars::schema_for!(Pack))),
    ]
}

/// The bodies of the operations.
mod run {
    use super::*;
    use crate::access;
    use crate::log::{self, Command, Log, Outcome, State, decide, decide_first};
    use crate::pack;
    use crate::plan::{self, Asked, Compiled, Portfolio, Schedule, Slack};
    use crate::time::{Timeline, WorkingDay};
    use crate::view;

    pub(super) fn schedule(request: &ScheduleRequest) -> Result<Plan> {
        plan::schedule(&request.project, &request.directory, &request.options.clone().unwrap_or_default())
    }

    pub(super) fn explain(request: &ExplainRequest) -> Result<Explanation> {
        let plan = plan::schedule(&request.project, &request.directory, &request.options.clone().unwrap_or_default())?;
        plan.explain(request.task.as_str(), request.language.unwrap_or_default()).map_err(|error| error.at("/task"))
    }

    pub(super) fn float_paths(request: &FloatPathsRequest) -> Result<FloatPaths> {
        const MOST: u32 = 10;
        const LIMIT: u32 = 1_000;
        let (mut compiled, found) = compiled(&request.project, &request.directory, request.options.as_ref())?;
        compiled.float_paths(&found, request.to.as_ref(), request.most.unwrap_or(MOST).min(LIMIT) as usize)
    }

    pub(super) fn drag(request: &DragRequest) -> Result<Drags> {
        let (mut compiled, found) = compiled(&request.project, &request.directory, request.options.as_ref())?;
        compiled.drags(&found, &request.tasks).map(|drags| Drags { drags })
    }

    pub(super) fn slip(request: &SlipRequest) -> Result<Slip> {
        let (mut compiled, found) = compiled(&request.project, &request.directory, request.options.as_ref())?;
        compiled.slip(&found, &request.task, request.by)
    }

    pub(super) fn check(request: &CheckRequest) -> Result<Verdict> {
        crate::rules::check(&request.project, &request.directory, &request.intent, request.now)
    }

    pub(super) fn blocking(request: &BlockingRequest) -> Result<Blocking> {
        const MOST: u32 = 20;
        const LIMIT: u32 = 1_000;
        let most = request.most.unwrap_or(MOST).min(LIMIT) as usize;
        view::blocking(&request.project, &request.directory, request.now, most, &request.options.clone().unwrap_or_default())
    }

    pub(super) fn lint(request: &LintRequest) -> Result<Findings> {
        view::lint(&request.project, &request.directory)
    }

    pub(super) fn access_roles(request: &AccessRolesRequest) -> Result<AccessRoles> {
        access::access_roles(&request.directory)
    }

    pub(super) fn who_can(request: &WhoCanRequest) -> Result<WhoCan> {
        let operation = request.operation.as_str();
        let named = Right::ALL.iter().copied().find(|right| right.name() == operation);
        let right = Command::right_for(operation).or(named).ok_or_else(|| {
            let kinds = Command::KINDS.iter().map(|(kind, _)| *kind);
            let known: Vec<&str> = kinds.chain(Right::ALL.iter().map(|right| right.name())).collect();
            Error::new(Code::CommandUnknown, &[("command", operation), ("known", &known.join(", "))]).at("/operation")
        })?;
        access::who_can(&request.project, &request.directory, right, request.task.as_ref())
    }

    pub(super) fn what_can(request: &WhatCanRequest) -> Result<WhatCan> {
        access::what_can(&request.project, &request.directory, &request.member, request.task.as_ref())
    }

    pub(super) fn redact(request: &RedactRequest) -> Result<Project> {
        access::redact(&request.project, &request.directory, &request.member)
    }

    pub(super) fn workload(request: &WorkloadRequest) -> Result<Workload> {
        let seconds = |at: Option<Timestamp>| at.map(Timestamp::unix_seconds);
        let asked = Asked { period: request.period.unwrap_or_default(), start: seconds(request.start), finish: seconds(request.finish) };
        if let (Some(start), Some(finish)) = (request.start, request.finish)
            && finish < start
        {
            let args = [("start", &*start.to_string()), ("finish", &finish.to_string())];
            return Err(Error::new(Code::TimeRangeReversed, &args).at("/finish"));
        }
        Portfolio::new(&request.projects, &request.directory, &request.options.clone().unwrap_or_default())?.workload(asked)
    }

    pub(super) fn candidates(request: &CandidatesRequest) -> Result<Candidates> {
        let options = request.options.clone().unwrap_or_default();
        let mut portfolio = Portfolio::new(&request.projects, &request.directory, &options)?;
        plan::candidates(&mut portfolio, &request.project, &request.task)
    }

    pub(super) fn handoffs(request: &HandoffsRequest) -> Result<Handoffs> {
        plan::handoffs(&request.project, &request.directory, &request.options.clone().unwrap_or_default())
    }

    fn compiled<'a>(
        project: &'a Project,
        directory: &'a Directory,
        options: Option<&PlanOptions>,
    ) -> Result<(Compiled<'a>, (Schedule, Slack))> {
        let mut compiled = Compiled::new(project, directory, &options.cloned().unwrap_or_default())?;
        let found = compiled.full_pass(None)?;
        Ok((compiled, found))
    }

    pub(super) fn normalize(request: &NormalizeRequest) -> Result<Project> {
        plan::canonical_order(&request.project)
    }

    pub(super) fn add_working_time(request: &AddWorkingTimeRequest) -> Result<Moment> {
        let seconds = request.span.seconds(WorkingDay::default()).map_err(|error| error.at("/span"))?;
        let at = if request.span.unit.is_elapsed() {
            request.at.plus_seconds(seconds)
        } else {
            timeline(&request.directory, &request.calendar)?.add(request.at, seconds)
        };
        at.map(|at| Moment { at }).map_err(|error| place(error, "/span"))
    }

    pub(super) fn working_moment(request: &WorkingMomentRequest) -> Result<Moment> {
        let mut timeline = timeline(&request.directory, &request.calendar)?;
        let at = match request.side {
            Side::Next => timeline.next(request.at),
            Side::Previous => timeline.previous(request.at),
        };
        at.map(|at| Moment { at }).map_err(|error| place(error, "/at"))
    }

    pub(super) fn working_time_between(request: &WorkingTimeBetweenRequest) -> Result<WorkingTime> {
        let seconds = timeline(&request.directory, &request.calendar)?.between(request.start, request.finish);
        Ok(WorkingTime { seconds })
    }

    pub(super) fn working_intervals(request: &WorkingIntervalsRequest) -> Result<WorkingIntervals> {
        let intervals = timeline(&request.directory, &request.calendar)?.intervals(request.start, request.finish);
        Ok(WorkingIntervals { intervals })
    }

    pub(super) fn execute(request: &ExecuteRequest) -> Result<Execution> {
        let log = request.log.as_ref().filter(|log| !log.events.is_empty());
        let mut state = log.map(Log::replay).transpose().map_err(|error| error.within("/log"))?;
        let mut outcomes = Vec::with_capacity(request.orders.len());
        for (place, Order { command, context }) in request.orders.iter().enumerate() {
            let outcome = match &state {
                Some(state) => decide(state, &request.directory, command, context),
                None => decide_first(&request.directory, command, context),
            };
            let outcome = outcome.map_err(|error| match error.path.starts_with("/directory") {
                true => error,
                false => error.within(&format!("/orders/{place}")),
            })?;
            if let Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } = &outcome {
                match &mut state {
                    Some(state) => state.apply(event)?,
                    None => state = Some(State::first(event)?),
                }
            }
            outcomes.push(outcome);
        }
        let state = state.ok_or_else(|| Error::new(Code::LogEmpty, &[]).at("/log"))?;
        Ok(Execution { outcomes, project: state.project().clone(), head: state.head().to_owned(), state_hash: state.hash() })
    }

    pub(super) fn replay(request: &ReplayRequest) -> Result<Replayed> {
        let state = request.log.replay().map_err(|error| error.within("/log"))?;
        Ok(Replayed { project: state.project().clone(), head: state.head().to_owned(), state_hash: state.hash() })
    }

    pub(super) fn verify(request: &VerifyRequest) -> Result<Verification> {
        Ok(log::verify(&request.log, request.head.as_deref()))
    }

    pub(super) fn history(request: &HistoryRequest) -> Result<History> {
        log::history(&request.log, &request.record, request.field.as_deref(), request.at)
    }

    pub(super) fn diff(request: &DiffRequest) -> Result<Diff> {
        log::diff(&request.log, request.from, request.to)
    }

    pub(super) fn evidence(request: &EvidenceRequest) -> Result<EvidenceBundle> {
        log::evidence(&request.log, &request.directory, request.member.as_ref(), request.gate.as_ref())
    }

    pub(super) fn verify_evidence(request: &VerifyEvidenceRequest) -> Result<Verification> {
        Ok(log::verify_evidence(&request.bundle, request.head.as_deref()))
    }

    pub(super) fn reproduction(request: &ReproductionRequest) -> Result<Reproduction> {
        log::reproduction(&request.log, &request.directory)
    }

    pub(super) fn export_person(request: &ExportPersonRequest) -> Result<PersonExport> {
        log::export_person(&request.log, &request.directory, &request.member)
    }

    pub(super) fn erase_person(request: &ErasePersonRequest) -> Result<Erasure> {
        log::erase_person(&request.log, &request.directory, &request.member, &request.context)
    }

    pub(super) fn market_calendar(request: &MarketCalendarRequest) -> Result<YearCalendar> {
        if let Some((place, error)) = pack::problems(&request.packs).into_iter().next() {
            return Err(error.within(&format!("/packs/{place}")));
        }
        pack::year_calendar(&request.packs, request.year)
    }

    pub(super) fn check_packs(request: &CheckPacksRequest) -> Result<PackProblems> {
        let mut packs = Vec::with_capacity(request.files.len());
        let mut problems = Vec::new();
        for file in &request.files {
            match Pack::from_json(&file.text) {
                Ok(pack) => packs.push(pack),
                Err(error) => problems.push(PackProblem::new(file, error)),
            }
        }
        if problems.is_empty() {
            problems = pack::problems(&packs)
                .into_iter()
                .filter_map(|(place, error)| {
                    let file = request.files.get(place)?;
                    Some(PackProblem::new(file, document::locate(error, &file.text)))
                })
                .collect();
        }
        Ok(PackProblems { problems })
    }

    pub(super) fn instantiate(request: &InstantiateRequest) -> Result<Instance> {
        pack::instantiate(&request.packs, &request.wanted)
    }

    pub(super) fn outlook(request: &OutlookRequest) -> Result<Outlook> {
        pack::outlook(&request.packs, &request.wanted, request.directory.as_ref(), request.now)
    }

    pub(super) fn adaptations(request: &AdaptationsRequest) -> Result<Adaptations> {
        pack::adaptations(&request.packs, &request.project, &request.directory, &request.categories)
    }

    pub(super) fn save_template(request: &SaveTemplateRequest) -> Result<Pack> {
        let SaveTemplateRequest { project, packs, directory, id, name, goal } = request;
        pack::save_template(project, packs, directory.as_ref(), id, name, goal.as_ref())
    }

    pub(super) fn copy_branch(request: &CopyBranchRequest) -> Result<BranchCopy> {
        let with = pack::CopyWith { people: request.people, actuals: request.actuals };
        pack::copy_branch(&request.project, &request.task, &request.key, request.parent.as_ref(), with)
    }

    pub(super) fn overrides(request: &OverridesRequest) -> Result<Diff> {
        pack::overrides(&request.packs, &request.log)
    }

    pub(super) fn update_from_packs(request: &UpdateFromPacksRequest) -> Result<PackUpdate> {
        pack::update_from_packs(&request.before, &request.after, &request.project)
    }

    pub(super) fn pack_impact(request: &PackImpactRequest) -> Result<PackImpact> {
        pack::pack_impact(&request.before, &request.after, &request.projects)
    }

    pub(super) fn describe(request: &DescribeRequest) -> Result<Sentence> {
        let text = crate::message::sentence(request.code, &request.args, request.language.unwrap_or_default());
        Ok(Sentence { text })
    }

    /// A calendar that never works is to blame itself; else the argument is. What already has a place keeps it.
    fn place(error: Error, argument: &str) -> Error {
        if error.code == Code::CalendarNoWorkingTime { error.at("/calendar") } else { error.at(argument) }
    }

    fn timeline(directory: &Directory, calendar: &CalendarId) -> Result<Timeline> {
        directory.timeline(calendar.as_str()).map_err(|error| match error.path.as_str() {
            "" => error.at("/calendar"),
            _ => error.within("/directory"),
        })
    }
}
