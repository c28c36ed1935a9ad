//! The live project: what a page or a server holds while people work on a project.
//!
//! A [`LiveProject`] keeps the log, the state that it adds up to, the people and a compiled plan in memory. A command is decided as
//! [`decide`](crate::decide) decides it; what it moves is found from where it was made, without planning the rest again; and the answer
//! holds the tasks that moved, in columns. A preview gives the same answer and changes nothing.

mod edits;
mod rebase;

use serde::{Deserialize, Serialize};

use crate::automation::{AutomationRule, AutomationStep, DryRun, check_rules_in_use, dry_run_rules, may_set_off, run_rules};
use crate::document;
use crate::error::{Error, Language, Result};
use crate::log::{Change, Command, Context, Event, Log, Outcome, RecordKind, State, decide_beside, redo, undo};
use crate::model::{Directory, Project, TaskId};
use crate::plan::{Edit, Explanation, Plan, PlanOptions, Shifts, Standing, Timetable, schedule};
use crate::time::Timestamp;

use edits::edits_of;
pub use rebase::{PlanConflict, Rebased};

/// A project in the hands of those who work on it.
///
/// It owns no clock and no storage: the host says who commands and when, and keeps what [`LiveProject::events_since`] gives, or the
/// whole as a [`Snapshot`]. One at a time works on it; in a browser it belongs into a worker, so that no page waits for it.
///
/// ```
/// use linkstar::{Command, Context, Directory, LiveProject, Log, Outcome, Project, Snapshot, decide_first};
/// # let mut directory = Directory::from_json(include_str!("../../../examples/us_launch/team.json"))?;
/// # let project = Project::from_json(include_str!("../../../examples/us_launch/launch.json"))?;
/// # directory.grants = vec![linkstar::Grant { member: Some("lin.yue".into()), ..linkstar::Grant::new("lead", "owner") }];
/// let context = |key: &str| Context { actor: "lin.yue".into(), now: "2027-05-25T01:00:00Z".parse().unwrap(), key: key.to_owned(), salt: "9c1f4e7a52d08b36".to_owned() };
/// # let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context("import"))? else { unreachable!() };
/// # let log = Log { events: vec![event], ..Log::default() };
/// let mut launch = LiveProject::open(Snapshot::new(log, directory))?;
/// let fields = vec![linkstar::FieldValue { field: "duration".to_owned(), value: Some(linkstar::Json::new("\"50d\"")?) }];
/// let longer = Command::Edit { record: linkstar::RecordRef::new(linkstar::RecordKind::Task, "fcc-certification"), fields };
/// let preview = launch.preview(&longer, &context("drag"))?;
/// println!("{} tasks move, the launch by {} working seconds", preview.delta.tasks.len(), preview.delta.delay);
/// let receipt = launch.execute(&longer, &context("drop"))?;
/// assert_eq!(receipt.delta, preview.delta);
/// # Ok::<(), linkstar::Error>(())
/// ```
pub struct LiveProject {
    directory: Directory,
    options: PlanOptions,
    log: Log,
    state: State,
    standing: Standing,
    rules: Vec<AutomationRule>,
    /// The plan document, until something changes.
    plan: Option<Plan>,
}

/// All that a live project is made of: to be stored, or sent to whoever goes on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// Everything that has happened. It begins with the event that began the project.
    pub log: Log,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
    /// What is done by itself when something has happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub rules: Vec<AutomationRule>,
}

impl Snapshot {
    /// A project as it stands after a log, planned by the likely durations.
    pub fn new(log: Log, directory: Directory) -> Snapshot {
        Snapshot { log, directory, options: None, rules: Vec::new() }
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text.
    pub fn from_json(json: &str) -> Result<Snapshot> {
        document::read(json)
    }

    /// Writes it in its canonical form.
    pub fn to_json(&self) -> String {
        document::canonical(self)
    }
}

/// What has become different in a plan, in columns: one row for each task whose dates changed, in no particular order.
///
/// A task is told by its number: its place in [`Dates::tasks`], and in the lists of `added` that came after. A number is never given to
/// another task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanDelta {
    /// The tasks, by their numbers; a summary moves with those below it.
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array"))]
    pub tasks: Vec<u32>,
    /// When each starts now, in seconds of UTC since 1970.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub starts: Vec<i64>,
    /// When each finishes now.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub finishes: Vec<i64>,
    /// The tasks that have never been there before; their numbers go on where those known so far end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub added: Vec<TaskId>,
    /// The tasks that are gone, by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array", optional))]
    pub removed: Vec<u32>,
    /// When the first task starts now.
    pub start: Timestamp,
    /// When the last task finishes now.
    pub finish: Timestamp,
    /// By how many working seconds of the project's calendar that is later than before; below zero where it is earlier.
    pub delay: i64,
}

/// What became of a command, and of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// Whether it happened, with its event; or every reason why not.
    pub outcome: Outcome,
    /// What moved, by this and by what rules did.
    pub delta: PlanDelta,
    /// What rules did besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub steps: Vec<AutomationStep>,
}

/// What became of several commands, and of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchReceipt {
    /// What became of each, in order, up to the first that was refused or would have to wait.
    pub outcomes: Vec<Outcome>,
    /// Whether all of them happened; if not, none did.
    pub done: bool,
    /// What moved, all in all.
    pub delta: PlanDelta,
    /// What rules did besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub steps: Vec<AutomationStep>,
}

/// What a command would do, had it been given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preview {
    /// Whether it would happen; or every reason why not.
    pub outcome: Outcome,
    /// What would move.
    pub delta: PlanDelta,
    /// Why: beside each task of the delta, the number of the task that holds it where it would stand; its own number where nobody does.
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array"))]
    pub because: Vec<u32>,
    /// What rules would do besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub steps: Vec<AutomationStep>,
}

/// Where all tasks stand, in columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dates {
    /// All tasks that there have been; the place of each is its number.
    pub tasks: Vec<TaskId>,
    /// When each starts, in seconds of UTC since 1970.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub starts: Vec<i64>,
    /// When each finishes.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub finishes: Vec<i64>,
    /// The tasks that are gone, by their numbers; their dates mean nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array", optional))]
    pub removed: Vec<u32>,
}

/// How far the tasks can slip, in columns; without summaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Slacks {
    /// The tasks, by their numbers.
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array"))]
    pub tasks: Vec<u32>,
    /// By how many working seconds each can slip before the project does.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub totals: Vec<i64>,
    /// By how many before another task does.
    #[cfg_attr(feature = "wasm", tsify(type = "Float64Array"))]
    pub frees: Vec<i64>,
    /// Those that are critical.
    #[cfg_attr(feature = "wasm", tsify(type = "Uint32Array"))]
    pub critical: Vec<u32>,
}

impl LiveProject {
    /// Takes a project up, where a snapshot left it.
    ///
    /// # Errors
    /// A log without events or with such as do not fit, people and calendars that cannot be used, a project that cannot be planned, rules
    /// that do not fit it or could set each other off without end.
    pub fn open(snapshot: Snapshot) -> Result<LiveProject> {
        let Snapshot { log, directory, options, rules } = snapshot;
        let options = options.unwrap_or_default();
        let state = log.replay().map_err(|error| error.within("/log"))?;
        check_rules_in_use(&rules, &state, &directory)?;
        let standing = Standing::new(state.project(), &directory, &options)?;
        Ok(LiveProject { directory, options, log, state, standing, rules, plan: None })
    }

    /// All that the project is made of: [`LiveProject::open`] takes it up again where this left it.
    pub fn snapshot(&self) -> Snapshot {
        let options = Some(self.options.clone()).filter(|options| *options != PlanOptions::default());
        Snapshot { log: self.log.clone(), directory: self.directory.clone(), options, rules: self.rules.clone() }
    }

    /// The project as it stands.
    pub fn project(&self) -> &Project {
        self.state.project()
    }

    /// What the log adds up to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The events after one, by its number; all of them after 0.
    pub fn events_since(&self, number: u32) -> &[Event] {
        self.log.events.get(number as usize..).unwrap_or_default()
    }

    /// Where all tasks stand.
    pub fn dates(&self) -> Dates {
        let Timetable { tasks, periods, .. } = &self.standing.timetable;
        let periods = || periods.iter().zip(0..);
        Dates {
            tasks: tasks.clone(),
            starts: periods().map(|(period, _)| period.map_or(0, |period| period.start)).collect(),
            finishes: periods().map(|(period, _)| period.map_or(0, |period| period.finish)).collect(),
            removed: periods().filter_map(|(period, number)| period.is_none().then_some(number)).collect(),
        }
    }

    /// How far each task can slip, and which are critical. Found for all of them when it is asked for.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub fn slacks(&mut self) -> Result<Slacks> {
        let mut slacks = Slacks { tasks: Vec::new(), totals: Vec::new(), frees: Vec::new(), critical: Vec::new() };
        for (number, total, free, critical) in self.standing.slack(self.state.project(), &self.directory)? {
            slacks.tasks.push(number);
            slacks.totals.push(total);
            slacks.frees.push(free);
            slacks.critical.extend(critical.then_some(number));
        }
        Ok(slacks)
    }

    /// The plan as a document: what [`schedule`] gives. It is made when it is asked for, and kept until something changes.
    ///
    /// # Errors
    /// As for [`schedule`].
    pub fn plan(&mut self) -> Result<&Plan> {
        let plan = match self.plan.take() {
            Some(plan) => plan,
            None => schedule(self.state.project(), &self.directory, &self.options)?,
        };
        Ok(self.plan.insert(plan))
    }

    /// Why a task is where it is, step by step back to the root.
    ///
    /// # Errors
    /// Tasks that the project does not have.
    pub fn explain(&mut self, task: &TaskId, language: Language) -> Result<Explanation> {
        self.plan()?.explain(task.as_str(), language).map_err(|error| error.at("/task"))
    }

    /// Decides a command, lets happen what was decided, and says what moved.
    ///
    /// # Errors
    /// As for [`decide`](crate::decide). Nothing has changed then.
    pub fn execute(&mut self, command: &Command, context: &Context) -> Result<Receipt> {
        let outcome = self.decided(command, context)?;
        let (delta, steps) = match event_of(&outcome) {
            Some(event) => self.happen(event, Some(&context.salt)).map_err(placed)?,
            None => (self.no_delta()?, Vec::new()),
        };
        Ok(Receipt { outcome, delta, steps })
    }

    /// Takes back the last thing that the actor did here, as a new event: again and again, one thing after the other. Refused where
    /// somebody else has changed the same since.
    ///
    /// # Errors
    /// As for [`undo`](crate::undo). Nothing has changed then.
    pub fn undo(&mut self, context: &Context) -> Result<Receipt> {
        let outcome = undo(&self.log, &self.state, &self.directory, context)?;
        self.taken_back(outcome)
    }

    /// Does again what the actor took back last, as a new event.
    ///
    /// # Errors
    /// As for [`redo`](crate::redo). Nothing has changed then.
    pub fn redo(&mut self, context: &Context) -> Result<Receipt> {
        let outcome = redo(&self.log, &self.state, &self.directory, context)?;
        self.taken_back(outcome)
    }

    fn taken_back(&mut self, outcome: Outcome) -> Result<Receipt> {
        // What rules once did on an event they do not do again when it is taken back.
        let delta = match event_of(&outcome) {
            Some(event) => self.happen(event, None)?.0,
            None => self.no_delta()?,
        };
        Ok(Receipt { outcome, delta, steps: Vec::new() })
    }

    /// Decides several commands, each on what the ones before made of the project. All of them happen, or none: the first that is refused,
    /// or would have to wait for approval, ends it; what has to wait is sent by itself. Each command but the first has the key of the
    /// context and its place, from 1, as in `drop/1`.
    ///
    /// # Errors
    /// As for [`decide`](crate::decide). Nothing has changed then.
    pub fn execute_batch(&mut self, commands: &[Command], context: &Context) -> Result<BatchReceipt> {
        let (state, events) = (self.state.clone(), self.log.events.len());
        let (before, periods) = (Before::of(&self.standing), self.standing.timetable.periods.clone());
        let (mut outcomes, mut steps) = (Vec::with_capacity(commands.len()), Vec::new());
        let mut failed = None;
        for (place, command) in commands.iter().enumerate() {
            match self.execute(command, &in_batch(context, place)) {
                Ok(receipt) => {
                    outcomes.push(receipt.outcome);
                    steps.extend(receipt.steps);
                }
                Err(error) => failed = Some(of_command(place, error)),
            }
            if failed.is_some() || outcomes.last().is_some_and(ends_batch) {
                break;
            }
        }
        let done = outcomes.len() == commands.len() && !outcomes.last().is_some_and(ends_batch);
        if !done {
            steps.clear();
            self.log.events.truncate(events);
            self.go_back(state, before.tasks)?;
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let shifts = self.standing.timetable.shifts_since(&periods);
        let delta = delta(&mut self.standing, shifts, before)?;
        Ok(BatchReceipt { outcomes, done, delta, steps })
    }

    /// What a command would do: what would move, by how much, and what would hold it there. Nothing changes.
    ///
    /// # Errors
    /// As for [`LiveProject::execute`].
    pub fn preview(&mut self, command: &Command, context: &Context) -> Result<Preview> {
        let outcome = self.decided(command, context)?;
        let Some(event) = event_of(&outcome) else {
            return Ok(Preview { outcome, delta: self.no_delta()?, because: Vec::new(), steps: Vec::new() });
        };
        let (delta, because, steps) = match can_be_tried(&event.changes) && !may_set_off(&self.rules, event) {
            true => self.try_in_place(&event.changes)?,
            false => self.try_beside(event, &context.salt)?,
        };
        Ok(Preview { outcome, delta, because, steps })
    }

    /// What a command would come to, with all that rules would do besides, step by step. Nothing changes.
    ///
    /// # Errors
    /// As for [`decide`](crate::decide).
    pub fn dry_run(&self, command: &Command, context: &Context) -> Result<DryRun> {
        dry_run_rules(&self.rules, &self.state, &self.directory, command, context)
    }

    fn decided(&self, command: &Command, context: &Context) -> Result<Outcome> {
        decide_beside(&self.standing, &self.state, &self.directory, command, context)
    }

    /// Stands as it stood in this state, which its log adds up to again, when so many tasks had numbers.
    fn go_back(&mut self, state: State, tasks: usize) -> Result<()> {
        self.state = state;
        self.plan = None;
        self.standing.forget(tasks);
        self.standing.edit(self.state.project(), &self.directory, &[Edit::Other]).map(drop)
    }

    /// Lets an event happen, in the project and in the plan, and with it what rules do then, where a salt is given for that.
    fn happen(&mut self, event: &Event, salt: Option<&str>) -> Result<(PlanDelta, Vec<AutomationStep>)> {
        let tasks = self.standing.timetable.tasks.len();
        let happened = applied(&mut self.state, event, (&self.rules, salt), &self.directory).and_then(|(edits, steps)| {
            let delta = moved_by(&mut self.standing, &edits, self.state.project(), &self.directory)?;
            Ok((delta, steps))
        });
        match happened {
            Ok((delta, steps)) => {
                self.log.events.push(event.clone());
                self.log.events.extend(steps.iter().filter_map(AutomationStep::event).cloned());
                self.plan = None;
                Ok((delta, steps))
            }
            Err(error) => {
                self.state = self.log.replay()?;
                self.standing.forget(tasks);
                Err(error)
            }
        }
    }

    /// Lets rules do what an event sets off that has happened before.
    ///
    /// # Errors
    /// Steps that make no plan any more: the state and the log are to be put back then.
    fn let_rules_act(&mut self, event: &Event, salt: &str) -> Result<Vec<AutomationStep>> {
        let steps = run_rules(&self.rules, &mut self.state, &self.directory, event, salt)?;
        let edits = edits_of_steps(&self.state, &steps);
        if !edits.is_empty() {
            self.standing.edit(self.state.project(), &self.directory, &edits)?;
        }
        self.log.events.extend(steps.iter().filter_map(AutomationStep::event).cloned());
        self.plan = None;
        Ok(steps)
    }

    /// Makes changes, and takes them back once it is known what they do.
    fn try_in_place(&mut self, changes: &[Change]) -> Result<Tried> {
        let records = &mut self.state.records;
        let edits = edits_of(records, changes);
        let made = changes.iter().try_for_each(|change| records.apply(change));
        let found = made.and_then(|()| moved_by(&mut self.standing, &edits, records.project(), &self.directory));
        let found = found.and_then(|delta| Ok((self.standing.holders(records.project(), &delta.tasks)?, delta)));
        let inverse: Vec<Change> = changes.iter().rev().map(|change| change.clone().inverse()).collect();
        let mut edits_back = edits_of(records, &inverse);
        let taken_back = inverse.iter().try_for_each(|change| records.apply(change));
        if let [Edit::LinkRemoved { place, .. }] = *edits {
            records.put_back_link(place);
            edits_back = vec![Edit::LinkAdded { place }];
        }
        if taken_back.is_err() {
            self.state = self.log.replay()?;
            edits_back = vec![Edit::Other];
        }
        if !edits_back.is_empty() {
            self.standing.edit(self.state.project(), &self.directory, &edits_back)?;
        }
        found.map(|(because, delta)| (delta, because, Vec::new())).map_err(placed)
    }

    /// Lets an event happen in a copy of the project.
    fn try_beside(&mut self, event: &Event, salt: &str) -> Result<Tried> {
        let mut state = self.state.clone();
        let (edits, steps) = applied(&mut state, event, (&self.rules, Some(salt)), &self.directory).map_err(placed)?;
        if edits.is_empty() {
            return Ok((self.no_delta()?, Vec::new(), steps));
        }
        let mut standing = self.standing.beside();
        let delta = moved_by(&mut standing, &edits, state.project(), &self.directory).map_err(placed)?;
        let because = standing.holders(state.project(), &delta.tasks)?;
        Ok((delta, because, steps))
    }

    fn no_delta(&mut self) -> Result<PlanDelta> {
        let before = Before::of(&self.standing);
        delta(&mut self.standing, Shifts::default(), before)
    }
}

/// Whether changes can be made to a project and be taken back: a link stands where it stood then.
fn can_be_tried(changes: &[Change]) -> bool {
    let set = |change: &Change| matches!(change, Change::Set { .. });
    let of_link = |change: &Change| change.record().kind == RecordKind::Link;
    changes.iter().all(set) || matches!(changes, [change] if of_link(change))
}

/// What a preview found: what would move, what would hold it there, what rules would do.
type Tried = (PlanDelta, Vec<u32>, Vec<AutomationStep>);

/// Lets an event happen to a state, and what rules do then. Gives what that means for the plan.
fn applied(
    state: &mut State,
    event: &Event,
    (rules, salt): (&[AutomationRule], Option<&str>),
    directory: &Directory,
) -> Result<(Vec<Edit>, Vec<AutomationStep>)> {
    let mut edits = edits_of(&state.records, &event.changes);
    state.apply(event)?;
    let steps = match salt.filter(|_| !rules.is_empty()) {
        Some(salt) => run_rules(rules, state, directory, event, salt)?,
        None => Vec::new(),
    };
    edits.extend(edits_of_steps(state, &steps));
    Ok((edits, steps))
}

/// What the steps of rules mean for the plan, after they were taken.
fn edits_of_steps(state: &State, steps: &[AutomationStep]) -> Vec<Edit> {
    let edits = steps.iter().filter_map(AutomationStep::event).flat_map(|event| edits_of(&state.records, &event.changes));
    // Of records that come and go one after the other, nobody keeps count.
    edits.map(|edit| if matches!(edit, Edit::Task(_)) { edit } else { Edit::Other }).collect()
}

/// What edits move in a plan that is kept.
pub(crate) fn moved_by(standing: &mut Standing, edits: &[Edit], project: &Project, directory: &Directory) -> Result<PlanDelta> {
    let before = Before::of(standing);
    let shifts = if edits.is_empty() { Shifts::default() } else { standing.edit(project, directory, edits)? };
    delta(standing, shifts, before)
}

/// What a plan was like, as far as a delta tells of it.
struct Before {
    /// How many tasks had numbers.
    tasks: usize,
    /// When the last one finished.
    finish: i64,
}

impl Before {
    fn of(standing: &Standing) -> Before {
        Before { tasks: standing.timetable.tasks.len(), finish: standing.timetable.whole.finish }
    }
}

/// What shifted, as others are told.
fn delta(standing: &mut Standing, shifts: Shifts, before: Before) -> Result<PlanDelta> {
    let delay = standing.delay(before.finish);
    let Timetable { tasks: all, whole, .. } = &standing.timetable;
    let Shifts { tasks, starts, finishes, removed } = shifts;
    Ok(PlanDelta {
        tasks,
        starts,
        finishes,
        added: all.get(before.tasks..).unwrap_or_default().to_vec(),
        removed,
        start: Timestamp::from_unix_seconds(whole.start)?,
        finish: Timestamp::from_unix_seconds(whole.finish)?,
        delay,
    })
}

/// The event of what happens, if anything does.
fn event_of(outcome: &Outcome) -> Option<&Event> {
    match outcome {
        Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } => Some(event),
        Outcome::Repeated { .. } | Outcome::Refused { .. } => None,
    }
}

/// Whether a command did not happen with those of its batch.
fn ends_batch(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused { .. } | Outcome::Waiting { .. })
}

/// The context of a command in a batch: keys and salts of its own, so that each happens once and nothing can be guessed from another.
fn in_batch(context: &Context, place: usize) -> Context {
    match place {
        0 => context.clone(),
        _ => Context {
            key: format!("{}/{place}", context.key),
            salt: document::sha256(format!("{place}\n{}", context.salt).as_bytes()),
            ..context.clone()
        },
    }
}

/// The same error, its command being one of several.
fn of_command(place: usize, error: Error) -> Error {
    match error.path.strip_prefix("/command") {
        Some(inside) => Error { path: format!("/commands/{place}{inside}"), ..error },
        None => error,
    }
}

/// What cannot be planned is the fault of the command.
fn placed(error: Error) -> Error {
    error.at("/command")
}
