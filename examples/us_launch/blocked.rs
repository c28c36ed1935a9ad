//! What may not go on, what to clear first and who acts; and what opened when something was handed in.

use std::collections::BTreeSet;

use linkstar::{Code, NextStep, OpenGate, Reason, Result, Root, TaskId, Timestamp, Zone, local_time};

use super::launch::{DESK, Launch, due_within};
use super::reasons::title;
use super::text::{COLUMNS, Ink, Pen, cut, list, pad, paragraph, width};
use super::words::{self, Phrase};

/// Columns of the words before each line of what opened.
const LABEL: usize = 11;
/// Columns of a name beside which others stand: of people, of dates.
const PERSON: usize = 14;
const DATE: usize = 12;
/// How many gates are next.
const GATES: usize = 4;

/// What the evidence that was handed in has opened; nothing where none was.
pub fn opened(launch: &Launch, pen: Pen) -> Result<Option<String>> {
    let handed: Vec<_> = launch.project.checklist.iter().filter(|item| item.ticked.is_some() || !item.evidence.is_empty()).collect();
    if handed.is_empty() {
        return Ok(None);
    }
    let (before, after) = (&launch.before, &launch.view);
    let could: BTreeSet<&TaskId> = before.ready.iter().map(|task| &task.task).collect();
    let tasks = after.ready.iter().filter(|task| !could.contains(&task.task)).map(|task| {
        let phrase = if task.ahead { &words::AHEAD } else { &words::WITH };
        let id = task.task.as_str();
        launch.say(phrase, &[("name", launch.name(id)), ("who", launch.who(id))])
    });
    let still = |gate: &OpenGate| after.open_gates.iter().find(|open| open.gate == gate.gate);
    let clear = before.open_gates.iter().filter(|gate| still(gate).is_none()).map(|gate| launch.gate(gate.gate.as_str()).to_owned());
    let closer = before.open_gates.iter().filter_map(|gate| still(gate).filter(|open| open.reasons.len() < gate.reasons.len()));
    let closer = closer.map(|gate| {
        let count = gate.reasons.len().to_string();
        launch.say(&words::LACKS_COUNT, &[("gate", launch.gate(gate.gate.as_str())), ("count", &count)])
    });
    let lines = [
        (&words::HANDED_IN, handed.iter().map(|item| launch.item(item.id.as_str()).to_owned()).collect::<Vec<_>>()),
        (&words::CLEAR, clear.collect()),
        (&words::MAY_START, tasks.collect()),
        (&words::STILL_OPEN, closer.collect()),
    ];
    let mut text = pen.draw(Ink::Strong, &launch.say(&words::OPENED, &[])) + "\n";
    for (label, names) in lines {
        let names = if names.is_empty() { launch.say(&words::NOTHING, &[]) } else { names.join(&launch.say(&words::SEPARATOR, &[])) };
        text += &paragraph(&pad(&launch.say(label, &[]), LABEL), &names);
    }
    Ok(Some(text))
}

/// The roots of all that is blocked, and the gates that are next.
pub fn blocked(launch: &Launch, pen: Pen) -> Result<String> {
    let view = &launch.view;
    let ahead = view.ready.iter().filter(|task| task.ahead).count();
    let (ready, ahead) = ((view.ready.len() - ahead).to_string(), ahead.to_string());
    let blocked = (view.blocked.len() + view.unfinishable.len()).to_string();
    let (open, all) = (view.open_gates.len().to_string(), launch.project.gates.len().to_string());
    if view.roots.is_empty() {
        return Ok(title(launch, pen, &words::BLOCKED, &launch.say(&words::NOTHING_BLOCKED, &[("ready", &ready), ("ahead", &ahead)])));
    }
    let counts = [("ready", &*ready), ("ahead", &ahead), ("blocked", &blocked), ("open", &open), ("all", &all)];
    let about = launch.say(&words::BLOCKED_ABOUT, &counts);
    let mut rows = vec![[&words::NEEDED_BY, &words::WHO, &words::WHAT, &words::HOLDS_UP].map(|phrase| launch.say(phrase, &[]))];
    for root in &view.roots {
        let due = if root.slack_left < due_within(launch.plan.working_day()) { "> " } else { "  " };
        rows.push([
            due.to_owned() + &at_the_desk(launch, root.until)?,
            who(launch, &root.reason),
            what(launch, &root.reason),
            effect(launch, root),
        ]);
    }
    let mut text = title(launch, pen, &words::BLOCKED, &about) + &table(&rows);
    if view.more_roots > 0 {
        text += &paragraph("  ", &launch.say(&words::AND_MORE, &[("count", &view.more_roots.to_string())]));
    }
    text += &next_gates(launch, pen)?;
    Ok(text)
}

/// The gates whose tasks have to start first, with everything that they lack.
fn next_gates(launch: &Launch, pen: Pen) -> Result<String> {
    let mut told = BTreeSet::new();
    let mut lines = Vec::new();
    // The blocked tasks are in the order of their latest starts.
    for task in &launch.view.blocked {
        for reason in task.reasons.iter().filter(|reason| reason.code == Code::GateOpen) {
            let Some(gate) = launch.view.open_gates.iter().find(|gate| gate.gate.as_str() == reason.subject) else { continue };
            if told.insert(&gate.gate) {
                lines.push((task.late_start, &task.task, gate));
            }
        }
    }
    let mut text = String::new();
    if !lines.is_empty() {
        text += &pen.draw(Ink::Faint, &launch.say(&words::NEXT_GATES, &[]));
        text += "\n";
    }
    for (at, task, gate) in lines.into_iter().take(GATES) {
        let lead = format!("  {}  ", at_the_desk(launch, at)?);
        let mut items: Vec<String> = Vec::new();
        for reason in &gate.reasons {
            let name = subject(launch, reason);
            let item = launch.say(&words::WITH, &[("name", name), ("who", &everybody(launch, reason))]);
            // An item that lacks several kinds of evidence is one item.
            if items.last() != Some(&item) {
                items.push(item);
            }
        }
        let names = [("gate", launch.gate(gate.gate.as_str())), ("task", launch.short_name(task.as_str()))];
        let head = launch.say(&words::GATE_LACKS, &[&names[..], &[("points", "")]].concat());
        // Lines end before they are full: a little less than three of them.
        let room = (3 * (COLUMNS - width(&lead))).saturating_sub(width(&head) + 20);
        let points =
            list(&items, &launch.say(&words::SEPARATOR, &[]), room, |count| launch.say(&words::MORE, &[("count", &count.to_string())]));
        text += &paragraph(&lead, &(head + &points));
    }
    Ok(text)
}

/// Most of the team shares one clock.
fn at_the_desk(launch: &Launch, at: Timestamp) -> Result<String> {
    Ok(local_time(at, Zone::new(DESK)?, launch.language))
}

/// How many agreements an approval still needs, and who may give them.
fn approvers<'a>(launch: &'a Launch, reason: &'a Reason) -> Option<(usize, Vec<&'a str>)> {
    let argument = |name: &str| Some(reason.args.iter().find(|argument| argument.name == name)?.value.as_str());
    let number = |name: &str| argument(name)?.parse::<usize>().ok();
    let members = argument("members").filter(|_| reason.code == Code::GateApprovalOpen)?;
    Some((number("needed")?.saturating_sub(number("given")?), members.split(", ").map(|id| launch.member(id)).collect()))
}

/// Who acts, with every name.
fn everybody(launch: &Launch, reason: &Reason) -> String {
    let Some((needed, members)) = approvers(launch, reason) else { return who(launch, reason) };
    let members = members.join(&launch.say(&words::AND, &[]));
    launch.say(&words::ANY_OF, &[("needed", &needed.to_string()), ("possible", &members)])
}

/// Who acts: a person, so many of those who may agree, or a role while nobody is named.
fn who(launch: &Launch, reason: &Reason) -> String {
    if let Some((needed, members)) = approvers(launch, reason) {
        return launch.say(&words::SO_MANY, &[("needed", &needed.to_string()), ("possible", &members.len().to_string())]);
    }
    match (&reason.responsible, &reason.role) {
        (Some(member), _) => launch.member(member.as_str()).to_owned(),
        (None, Some(role)) => launch.role(role.as_str()).to_owned(),
        (None, None) => "-".to_owned(),
    }
}

fn what(launch: &Launch, reason: &Reason) -> String {
    let say = |phrase: &Phrase| launch.say(phrase, &[("name", subject(launch, reason))]);
    match reason.next_step {
        NextStep::StartTask => say(&words::START),
        NextStep::FinishTask => say(&words::FINISH),
        NextStep::AttachEvidence | NextStep::RenewEvidence => say(&words::HAND_IN),
        NextStep::TickItem => say(&words::TICK),
        NextStep::Approve | NextStep::AskAgain => say(&words::AGREE),
        NextStep::FeedMetric | NextStep::ReachBound => say(&words::MEASURE),
        _ => launch.named(&reason.sentence(launch.language)),
    }
}

/// The name of what a reason is about.
fn subject<'a>(launch: &'a Launch, reason: &'a Reason) -> &'a str {
    let id = reason.subject.as_str();
    match reason.next_step {
        NextStep::AttachEvidence | NextStep::RenewEvidence | NextStep::TickItem => launch.item(id),
        NextStep::Approve | NextStep::AskAgain => launch.in_script(id),
        NextStep::FeedMetric | NextStep::ReachBound => launch.metric(id),
        NextStep::ClearGate => launch.gate(id),
        NextStep::Wait if reason.gate.is_some() => launch.item(id),
        _ => launch.short_name(id),
    }
}

/// How many tasks come after a root, and the date among them that has the least to spare.
fn effect(launch: &Launch, root: &Root) -> String {
    let tasks = match root.tasks {
        1 => launch.say(&words::ONE_TASK, &[]),
        count => launch.say(&words::TASKS, &[("count", &count.to_string())]),
    };
    let Some(risk) = root.at_risk.first() else { return tasks };
    let (name, slack) = (launch.short_name(risk.task.as_str()), launch.length(risk.slack, false));
    launch.say(&words::AND_DATE, &[("tasks", &tasks), ("name", &cut(name, DATE)), ("slack", &slack)])
}

/// Columns as wide as their widest cell; what to do has what is left of the line.
fn table(rows: &[[String; 4]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let (by, who, effect) = (widest(0), widest(1).min(PERSON), widest(3));
    let columns = [by, who, widest(2).min(COLUMNS.saturating_sub(by + who + effect + 3 * 2)), effect];
    let line = |row: &[String; 4]| {
        let cells: Vec<String> = row.iter().zip(columns).map(|(cell, columns)| pad(cell, columns)).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
