//! Decisions: what becomes of a command. First who may, then which gates are open, then what else stands in the way.

mod back;
mod bonds;
mod held;
mod reach;
mod records;
mod show;
mod talk;
mod work;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::access::{Access, Target};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::chain::commitment;
use crate::log::change::Change;
use crate::log::command::Command;
use crate::log::draft::{Draft, unknown};
use crate::log::event::{Breach, Event, State};
use crate::log::fit;
use crate::log::record::{Record, RecordKind, RecordRef, Records};
use crate::model::{Directory, Gate, HeldId, Intent, MemberId, Project, Right, Stage};
use crate::plan::{Compiled, PlanOptions, Standing};
use crate::rules::{NextStep, Reason, check, may_decide, reason};
use crate::time::Timestamp;

pub(super) use back::{Back, take_back};
use reach::Reach;
pub(crate) use records::{check_field, check_value};

/// The longest text that a field may hold, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;
/// The largest command, in bytes of its JSON.
const LARGEST_COMMAND: usize = 1024 * 1024;
/// The longest key, in bytes.
const LONGEST_KEY: usize = 256;
/// The shortest salt, in characters: 64 bits as hexadecimal digits.
const SHORTEST_SALT: usize = 16;
/// So many people are asked to help at once.
const MOST_ASKED: usize = 5;

/// Who commands, when, and under which key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Context {
    /// Who. The host has made sure of it.
    pub actor: MemberId,
    /// When.
    pub now: Timestamp,
    /// A key that the host never uses for another command: whoever sends a command twice gets the same answer, and it happens once.
    pub key: String,
    /// Chance, of at least 16 characters, that the host draws anew for each command: it keeps what the log says of people from being
    /// guessed once they are erased from it.
    pub salt: String,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Outcome {
    /// It is done as soon as the event is applied.
    Accepted {
        /// What happens.
        event: Event,
        /// What should be seen to all the same.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        warnings: Vec<Reason>,
        /// Who has to be told of it: each of those mentioned who may see the task, once.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        notices: Vec<MemberId>,
    },
    /// It waits until others approve; the event says so, and what it would change.
    Waiting {
        /// What happens: the command is written down.
        event: Event,
        /// By what to name it when deciding.
        held: HeldId,
        /// Who can approve it.
        approvers: Vec<MemberId>,
    },
    /// It was carried out before, under the same key.
    Repeated {
        /// The number of its event.
        number: u32,
    },
    /// It may not happen now.
    Refused {
        /// Every reason, with who acts and how: first the rights, then the gates, then the rest.
        reasons: Vec<Reason>,
    },
}

/// Decides a command: what happens, or everything that stands in its way. Nothing is changed.
///
/// # Errors
/// Commands that make no sense: on records that are not there, with fields that they do not have or dates that nobody can plan, by people
/// whom the directory does not know, before the last event; directories that cannot be used.
///
/// ```
/// use linkstar::{Command, Context, Directory, Outcome, State, decide};
/// # fn show(state: &State, directory: &Directory, context: &Context) -> linkstar::Result<()> {
/// match decide(state, directory, &Command::StartTask { task: "start-ads".into() }, context)? {
///     Outcome::Refused { reasons } => for reason in reasons {
///         println!("{}", reason.sentence(linkstar::Language::En));
///     },
///     outcome => println!("{outcome:?}"),
/// }
/// # Ok(())
/// # }
/// ```
pub fn decide(state: &State, directory: &Directory, command: &Command, context: &Context) -> Result<Outcome> {
    settled(state, directory, command, context).map(|settled| settled.outcome)
}

/// Decides as [`decide`] does, beside a plan that is kept: it knows the order of the tasks, and dates that nobody can plan show when it
/// takes the event over.
///
/// # Errors
/// As for [`decide`].
pub(crate) fn decide_beside(
    standing: &Standing,
    state: &State,
    directory: &Directory,
    command: &Command,
    context: &Context,
) -> Result<Outcome> {
    settle_command(state, directory, command, context, Some(standing)).map(|settled| settled.outcome)
}

/// What became of a command, and what it would have changed.
pub(super) struct Settled {
    pub(super) outcome: Outcome,
    /// What it would change, where it was not accepted: otherwise its event says so.
    pub(super) meant: Vec<Change>,
    /// The records that it would give the values which they have already.
    pub(super) same: Vec<RecordRef>,
}

impl Settled {
    fn not(outcome: Outcome, draft: Draft<'_>) -> Settled {
        let same = draft.unchanged().cloned().collect();
        Settled { outcome, meant: draft.into_changes(), same }
    }
}

pub(super) fn settled(state: &State, directory: &Directory, command: &Command, context: &Context) -> Result<Settled> {
    settle_command(state, directory, command, context, None)
}

fn settle_command(
    state: &State,
    directory: &Directory,
    command: &Command,
    context: &Context,
    standing: Option<&Standing>,
) -> Result<Settled> {
    let said = document::canonical(&(&context.actor, command));
    if let Some(outcome) = known(state, context, &said) {
        return Ok(Settled { outcome, meant: Vec::new(), same: Vec::new() });
    }
    check_moment(state, directory, context)?;
    check_size(&said)?;
    let access = Access::new(directory)?;
    let case = Case { state, directory, access: &access, context: context.clone(), standing };
    let ruling = case.rule(command).map_err(of_command)?;
    case.settle(ruling, &Terms { command, kind: command.kind(), said: &said, undoes: None, can_wait: true })
}

/// What became of what was sent under this key before, if anything was.
pub(super) fn known(state: &State, context: &Context, said: &str) -> Option<Outcome> {
    let carried = state.carried(&context.key)?;
    // Under the key of somebody else nobody learns what became of it.
    Some(if carried.may_be(said) {
        Outcome::Repeated { number: carried.number }
    } else {
        let args = [("key", &*context.key), ("number", &carried.number.to_string())];
        Outcome::Refused { reasons: vec![reason(Code::KeyReused, &context.key, None, NextStep::Correct, &args)] }
    })
}

/// # Errors
/// A context that cannot be used, and one from before the last event.
pub(super) fn check_moment(state: &State, directory: &Directory, context: &Context) -> Result<()> {
    check_context(context, directory)?;
    if context.now < state.last.1 {
        let args = [("now", &*context.now.to_string()), ("last", &state.last.1.to_string())];
        return Err(Error::new(Code::LogClock, &args).at("/context/now"));
    }
    Ok(())
}

fn of_command(error: Error) -> Error {
    if error.path.starts_with("/directory") { error } else { error.within("/command") }
}

/// Decides the command that begins a log: the event holds all records of the project as they are, such as those of an imported schedule.
///
/// # Errors
/// A project or directory that cannot be planned, any other command.
///
/// ```
/// use linkstar::{Command, Context, Directory, Log, Outcome, Project, decide_first};
/// # let mut directory = Directory::from_json(include_str!("../../../../../examples/us_launch/team.json"))?;
/// # let project = Project::from_json(include_str!("../../../../../examples/us_launch/launch.json"))?;
/// # directory.grants = vec![linkstar::Grant { member: Some("lin.yue".into()), ..linkstar::Grant::new("lead", "owner") }];
/// let context = Context { actor: "lin.yue".into(), now: "2027-05-25T01:00:00Z".parse()?, key: "import-1".to_owned(), salt: "9c1f4e7a52d08b36".to_owned() };
/// if let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context)? {
///     let log = Log { events: vec![event], ..Log::default() };
///     assert_eq!(log.replay()?.project().tasks.len(), project.tasks.len());
/// }
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn decide_first(directory: &Directory, command: &Command, context: &Context) -> Result<Outcome> {
    let Command::Begin { project } = command else { return Err(Error::new(Code::LogEmpty, &[]).at("/command")) };
    let project: Project = document::read(project.as_str()).map_err(|error| {
        let error = error.within("/command/project");
        // Line and column of a text that nobody has seen.
        Error { line: None, column: None, ..error }
    })?;
    check_context(context, directory)?;
    Compiled::new(&project, directory, &PlanOptions::default()).map_err(|error| match error.path.strip_prefix("/project") {
        Some(inside) => Error { path: format!("/command/project{inside}"), ..error },
        None => error,
    })?;
    let access = Access::new(directory)?;
    if !access.permission(&context.actor, Right::Life, &project.id, &Target::WHOLE).is_allowed() {
        let who = access.whom_to_ask(directory, Right::Life, &project.id, &Target::WHOLE);
        let args = [("member", context.actor.as_str()), ("right", Right::Life.name()), ("who", &*who)];
        return Ok(Outcome::Refused { reasons: vec![reason(Code::RightMissing, command.kind(), None, NextStep::AskForRight, &args)] });
    }
    let records = Records::new(project).map_err(|error| error.within("/command"))?;
    let changes: Vec<Change> = records.all_json().map(|(record, value)| Change::Added { record, value }).collect();
    let there: HashSet<&RecordRef> = changes.iter().map(Change::record).collect();
    for change in &changes {
        let Change::Added { record, value } = change else { continue };
        let named = fit::named_in_json(record.kind, value);
        if let Some((field, other)) = named.into_iter().find(|(_, other)| !there.contains(other)) {
            let place = records.place(record).unwrap_or_default();
            return Err(unknown(&other).at(format!("/command/project/{}/{place}/{field}", record.kind.list())));
        }
    }
    let event =
        Event { number: 1, ..draft_event(command.kind(), &document::canonical(&(&context.actor, command)), changes, directory, context) };
    Ok(Outcome::Accepted { event: event.chained(""), warnings: Vec::new(), notices: Vec::new() })
}

/// All that a command comes to, before it is known whether it may happen.
struct Ruling<'s> {
    /// The rights that it asks for, and on what; on the project as a whole where no record is named.
    claims: Vec<(Right, Option<RecordRef>)>,
    draft: Draft<'s>,
    /// What stands in the way: gates first.
    reasons: Vec<Reason>,
    /// What stood in the way of a fact.
    breaches: Vec<Reason>,
    warnings: Vec<Reason>,
    notices: Vec<MemberId>,
    why: Option<String>,
}

/// On what terms a ruling is settled.
struct Terms<'t> {
    /// The command as which it is decided.
    command: &'t Command,
    /// The kind by which the event is called.
    kind: &'t str,
    /// What was sent.
    said: &'t str,
    /// The event that it takes back.
    undoes: Option<u32>,
    /// Whether the command does the same when it is carried out later.
    can_wait: bool,
}

/// A command in its circumstances.
struct Case<'c> {
    state: &'c State,
    directory: &'c Directory,
    access: &'c Access<'c>,
    context: Context,
    /// The plan of the state, where somebody keeps it.
    standing: Option<&'c Standing>,
}

impl<'c> Case<'c> {
    fn ruling(&self, right: Right, record: Option<RecordRef>) -> Ruling<'c> {
        Ruling {
            claims: vec![(right, record)],
            draft: Draft::new(&self.state.records),
            reasons: Vec::new(),
            breaches: Vec::new(),
            warnings: Vec::new(),
            notices: Vec::new(),
            why: None,
        }
    }

    fn rule(&self, command: &Command) -> Result<Ruling<'c>> {
        let mut ruling = match command {
            Command::Begin { .. } => return Err(Error::new(Code::LogBegun, &[("project", self.state.project().id.as_str())])),
            Command::Add { .. } | Command::Edit { .. } | Command::Remove { .. } | Command::Restore { .. } | Command::AssignOwner { .. } => {
                self.rule_records(command)?
            }
            Command::SetLife { .. }
            | Command::StartTask { .. }
            | Command::SetProgress { .. }
            | Command::CompleteTask { .. }
            | Command::CancelTask { .. }
            | Command::ReinstateTask { .. }
            | Command::ReportStart { .. }
            | Command::ReportFinish { .. }
            | Command::ReportMetric { .. }
            | Command::ReportEntity { .. }
            | Command::OpenStage { .. }
            | Command::CloseStage { .. } => self.rule_work(command)?,
            Command::AttachEvidence { .. }
            | Command::WithdrawEvidence { .. }
            | Command::TickItem { .. }
            | Command::UntickItem { .. }
            | Command::DecideGate { .. }
            | Command::DelegateGate { .. }
            | Command::Waive { .. }
            | Command::RevokeWaiver { .. } => self.rule_show(command)?,
            Command::Say { .. }
            | Command::AttachFile { .. }
            | Command::KeepBaseline { .. }
            | Command::Learn { .. }
            | Command::LookBack { .. } => self.rule_talk(command)?,
            Command::DecideHeld { .. } | Command::DelegateHeld { .. } | Command::WithdrawHeld { .. } => self.rule_held(command)?,
        };
        self.against_life(command, &mut ruling);
        Ok(ruling)
    }

    /// What becomes of a ruling: refused, held, or an event.
    fn settle(&self, mut ruling: Ruling<'_>, terms: &Terms<'_>) -> Result<Settled> {
        let command = terms.command;
        if self.gains_a_say(command, &ruling.draft)? {
            ruling.claims.push((Right::Gates, None));
        }
        let mut reasons = self.missing_rights(&ruling, command);
        // What else stands in the way is not for those who may not see it.
        if reasons.is_empty() || self.sees(&ruling) {
            reasons.append(&mut ruling.reasons);
        }
        if !reasons.is_empty() {
            return Ok(Settled::not(Outcome::Refused { reasons }, ruling.draft));
        }
        if !matches!(command, Command::Restore { .. }) {
            fit::check(&ruling.draft, self.directory).map_err(|error| of_command(records::placed(command, error)))?;
        }
        let moves = matches!(command, Command::Add { .. } | Command::Edit { .. } | Command::Restore { .. } | Command::AssignOwner { .. });
        if moves && self.standing.is_none() {
            // That its dates stay in the years that there are.
            fit::check_dates(&ruling.draft, self.directory).map_err(|error| of_command(error.at("")))?;
        }
        if let Some(wait) = self.has_to_wait(command, &ruling.draft)? {
            let outcome = if terms.can_wait { self.hold(command, terms.said, &ruling.draft, &wait)? } else { back::sensitive(terms) };
            return Ok(Settled::not(outcome, ruling.draft));
        }
        let mut event = self.event(terms.kind, terms.said, ruling.draft.into_changes());
        event.reason = ruling.why;
        event.breaches = self.escalated(ruling.breaches);
        event.undoes = terms.undoes;
        let event = event.chained(&self.state.head);
        let outcome = Outcome::Accepted { event, warnings: ruling.warnings, notices: ruling.notices };
        Ok(Settled { outcome, meant: Vec::new(), same: Vec::new() })
    }

    /// Everything that stands in the way of something, by the rules of gates, stages and links.
    fn against(&self, intent: &Intent) -> Result<Vec<Reason>> {
        let error = |error: Error| if error.path.starts_with("/intent") { error.at("") } else { error };
        check(self.state.project(), self.directory, intent, self.context.now).map(|verdict| verdict.reasons).map_err(error)
    }

    fn missing_rights(&self, ruling: &Ruling<'_>, command: &Command) -> Vec<Reason> {
        let before = Draft::new(&self.state.records);
        let mut missing = Vec::new();
        for (right, record) in &ruling.claims {
            // Who moves something out of their reach, or into it, has to reach both.
            let reaches = match record {
                None => vec![Reach::default()],
                Some(record) => [Reach::of(&before, record), Reach::of(&ruling.draft, record)].into_iter().flatten().collect(),
            };
            if let Some(reach) = reaches.iter().find(|reach| !self.may(&self.context.actor, *right, reach)) {
                let holder = self.holders(*right, reach).into_iter().next();
                let args = [("member", self.context.actor.as_str()), ("right", right.name()), ("who", &*self.whom_to_ask(*right, reach))];
                missing.push(reason(Code::RightMissing, command.kind(), holder, NextStep::AskForRight, &args));
            }
        }
        missing
    }

    /// Whether the actor may see all that a command is about.
    fn sees(&self, ruling: &Ruling<'_>) -> bool {
        let before = Draft::new(&self.state.records);
        let reach =
            |record: &Option<RecordRef>| record.as_ref().map_or_else(|| Some(Reach::default()), |record| Reach::of(&before, record));
        ruling.claims.iter().filter_map(|(_, record)| reach(record)).all(|reach| self.may(&self.context.actor, Right::View, &reach))
    }

    /// Whether the actor could decide in an approval afterwards in which they could not before: nobody makes themselves a judge.
    fn gains_a_say(&self, command: &Command, draft: &Draft<'_>) -> Result<bool> {
        let gates = || self.state.project().gates.iter().filter(|gate| !gate.approvals.is_empty());
        let touches = matches!(
            command,
            Command::AssignOwner { .. }
                | Command::Edit { .. }
                | Command::Remove { .. }
                | Command::WithdrawEvidence { .. }
                | Command::UntickItem { .. }
        );
        if !touches || gates().next().is_none() {
            return Ok(false);
        }
        let after = draft.after()?;
        for gate in gates() {
            for place in 0..gate.approvals.len() {
                let may = |project: &Project| -> Result<bool> {
                    Ok(may_decide(project, self.directory, &gate.id, place)?.contains(&self.context.actor))
                };
                // What does not fit together is told elsewhere.
                if !may(self.state.project())? && may(after.project()).unwrap_or_default() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn may(&self, member: &MemberId, right: Right, reach: &Reach) -> bool {
        self.access.permission(member, right, &self.state.project().id, &reach.target()).is_allowed()
    }

    /// Everybody who has a right, in the order of the directory.
    fn holders(&self, right: Right, reach: &Reach) -> Vec<MemberId> {
        let target = reach.target();
        let permitted = self.access.permitted(self.directory, right, &self.state.project().id, &target);
        permitted.map(|(member, _)| member.clone()).collect()
    }

    fn whom_to_ask(&self, right: Right, reach: &Reach) -> String {
        self.access.whom_to_ask(self.directory, right, &self.state.project().id, &reach.target())
    }

    /// Who hears of what stood in the way of a fact: who sees to the gate, who leads the stage, else who may waive.
    fn escalated(&self, breaches: Vec<Reason>) -> Vec<Breach> {
        let leader = |reason: &Reason| match (&reason.gate, reason.code) {
            (Some(gate), _) => self.state.records.find::<Gate>(gate.as_str())?.owner.clone(),
            (None, Code::StageNotOpen | Code::StageClosed | Code::StageEarlier) => {
                self.state.records.find::<Stage>(&reason.subject)?.owner.clone()
            }
            _ => None,
        };
        let who = |reason: &Reason| match leader(reason) {
            Some(owner) => vec![owner],
            None => self.holders(Right::Waive, &Reach::default()).into_iter().take(MOST_ASKED).collect(),
        };
        breaches.into_iter().map(|reason| Breach { escalation: who(&reason), reason }).collect()
    }

    fn event(&self, kind: &str, said: &str, changes: Vec<Change>) -> Event {
        let number = self.state.last.0.saturating_add(1);
        Event { number, ..draft_event(kind, said, changes, self.directory, &self.context) }
    }

    /// An id that nobody had before: it comes from the key of the command.
    fn made_id(&self, kind: &str) -> String {
        let digest = document::sha256(format!("{kind}\n{}", self.context.key).as_bytes());
        format!("{kind}-{}", digest.get(..16).unwrap_or_default())
    }

    fn find<T: Record>(&self, kind: RecordKind, id: &str) -> Result<&'c T> {
        let record = RecordRef::new(kind, id);
        self.state.records.find::<T>(id).ok_or_else(|| self.gone(&record))
    }

    /// Why a record is not there.
    fn gone(&self, record: &RecordRef) -> Error {
        if self.state.removed.contains_key(record) {
            Error::new(Code::RecordRemoved, &[("kind", record.kind.name()), ("id", &record.id)])
        } else {
            unknown(record)
        }
    }
}

fn draft_event(kind: &str, said: &str, changes: Vec<Change>, directory: &Directory, context: &Context) -> Event {
    Event {
        number: 0,
        at: context.now,
        command: kind.to_owned(),
        directory_hash: document::hash(directory),
        hash: String::new(),
        salt: Some(context.salt.clone()),
        seals: Vec::new(),
        actor: context.actor.clone(),
        key: context.key.clone(),
        request: commitment(&context.salt, said),
        reason: None,
        changes,
        breaches: Vec::new(),
        rewritten: Vec::new(),
        undoes: None,
    }
}

pub(super) fn check_context(context: &Context, directory: &Directory) -> Result<()> {
    if context.key.is_empty() || context.key.len() > LONGEST_KEY {
        return Err(Error::new(Code::ContextKey, &[("limit", &LONGEST_KEY.to_string())]).at("/context/key"));
    }
    if context.salt.chars().count() < SHORTEST_SALT || context.salt.len() > LONGEST_KEY {
        return Err(Error::new(Code::ContextSalt, &[("least", &SHORTEST_SALT.to_string())]).at("/context/salt"));
    }
    if !directory.members.iter().any(|member| member.id == context.actor) {
        return Err(Error::new(Code::MemberUnknown, &[("member", context.actor.as_str())]).at("/context/actor"));
    }
    Ok(())
}

fn check_size(said: &str) -> Result<()> {
    if said.len() > LARGEST_COMMAND {
        return Err(Error::new(Code::CommandTooLarge, &[("bytes", &said.len().to_string()), ("limit", &LARGEST_COMMAND.to_string())])
            .at("/command"));
    }
    Ok(())
}

/// Checks a text that a person wrote.
///
/// # Errors
/// One that says nothing, or is longer than any text needs to be.
pub(crate) fn check_text(text: &str, field: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::new(Code::TextBlank, &[("field", field)]).at(format!("/{field}")));
    }
    if text.len() > LONGEST_TEXT {
        let args = [("field", field), ("bytes", &text.len().to_string()), ("limit", &LONGEST_TEXT.to_string())];
        return Err(Error::new(Code::TextTooLong, &args).at(format!("/{field}")));
    }
    Ok(())
}
