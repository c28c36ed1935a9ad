//! What is missing in a project that could be planned all the same, and what is too much in the rights around it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::column::Column;
use crate::error::{Code, Diagnostic, Result};
use crate::model::{Constraint, Directory, MemberId, Project, Task};
use crate::order;
use crate::outline::{Outline, Place, Row};
use crate::rules::progress::{self, Progressed};
use crate::rules::{Guarded, Rules, Standing};
use crate::team::Team;
use crate::time::WorkingDay;

/// What was found in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Findings {
    /// One for each kind of gap, with all tasks that have it, and one for each grant; the most serious first.
    pub findings: Vec<Diagnostic>,
}

/// What is missing in a project: owners, deadlines, links, producers of evidence, calendars of people; and which grants go too far.
///
/// Nothing of it keeps a project from being planned. A host that publishes only complete projects asks for an empty list.
///
/// # Errors
/// Ids, zones and calendars that are unknown or used twice, grants that cannot be read.
///
/// ```
/// use linkstar::{Code, Directory, Project, lint};
/// let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [
///     { "id": "shenzhen", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-18:00"] } }] }"#)?;
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "shenzhen",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" }, "tasks": [{ "id": "ads", "name": "Start ads", "duration": "1h" }] }"#)?;
/// assert!(lint(&project, &directory)?.findings.iter().any(|found| found.code == Code::TaskNoOwner));
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn lint(project: &Project, directory: &Directory) -> Result<Findings> {
    let mut team = Team::new(directory)?;
    team.calendar(&project.calendar).map_err(|error| error.at("/project/calendar"))?;
    let outline = Outline::new(project)?;
    let rules = Rules::new(&outline, directory, &mut team, WorkingDay::of(project)?)?;
    let reader = Reader { outline: &outline, rules: &rules, ties: Ties::new(&outline), progressed: progress::of(&outline, None) };
    let mut findings: Vec<Diagnostic> = reader.tasks();
    findings.extend(reader.gates());
    findings.extend(without_calendar(project, directory));
    findings.extend(Access::new(directory)?.too_broad());
    order::sort_by(&mut findings, |a, b| b.severity.cmp(&a.severity));
    Ok(Findings { findings })
}

/// Which ends of a task links hold, its own or those of a summary above it.
#[derive(Debug, Clone, Copy, Default)]
struct Tied {
    before: bool,
    start: bool,
    behind: bool,
    finish: bool,
}

struct Ties(Column<Tied, Place>);

impl Ties {
    fn new(outline: &Outline<'_>) -> Ties {
        let mut ties = outline.places.beside(Tied::default());
        for link in &outline.links {
            let (before, after) = (link.predecessor, link.successor);
            ties[after].before = true;
            ties[after].start |= link.kind.ties_start();
            ties[before].behind = true;
            ties[before].finish |= !link.kind.leaves_start();
        }
        for row in outline.places.rows() {
            if let Some(above) = outline.parent(row).map(|parent| ties[parent]) {
                let own = &mut ties[row];
                own.before |= above.before;
                own.start |= above.start;
                own.behind |= above.behind;
                own.finish |= above.finish;
            }
        }
        Ties(ties)
    }
}

struct Reader<'r, 'a> {
    outline: &'r Outline<'a>,
    rules: &'r Rules<'a>,
    ties: Ties,
    progressed: Column<Progressed, Place>,
}

impl Reader<'_, '_> {
    /// One finding for each gap, with the tasks that have it.
    fn tasks(&self) -> Vec<Diagnostic> {
        type Gap = fn(&Reader<'_, '_>, Row, &Task) -> bool;
        const GAPS: [(Code, Gap); 5] = [
            (Code::TaskNoOwner, |_, _, task| task.owner.is_none() && !task.milestone),
            (Code::TaskNoDeadline, |reader, row, _| !reader.has_deadline(row)),
            (Code::TaskUnlinked, |reader, row, _| !reader.ties.0[row].before && !reader.ties.0[row].behind),
            (Code::TaskOpenStart, |reader, row, _| reader.ties.0[row].before && !reader.ties.0[row].start),
            (Code::TaskOpenFinish, |reader, row, _| reader.ties.0[row].behind && !reader.ties.0[row].finish),
        ];
        let found = GAPS.iter().map(|(code, gap)| {
            let open = self.outline.places.rows().filter(|row| self.is_open(*row));
            let rows = open.filter(|row| gap(self, *row, self.outline.task(*row)));
            (*code, rows.map(|row| self.outline.id(row).to_string()).collect::<Vec<_>>())
        });
        let told = |(code, tasks): (Code, Vec<String>)| {
            let count = tasks.len().to_string();
            Diagnostic::new(code, tasks, &[("count", &count)])
        };
        found.filter(|(_, tasks)| !tasks.is_empty()).map(told).collect()
    }

    /// Whether a task is still to be done, and is no summary.
    fn is_open(&self, row: Row) -> bool {
        let is_unfinished = matches!(self.progressed[row].standing, Standing::Waiting | Standing::Running);
        !self.outline.places[row].summary && is_unfinished
    }

    /// Whether a task has a date by which it has to be done, its own or that of a summary.
    fn has_deadline(&self, row: Row) -> bool {
        let mut above = std::iter::successors(Some(row), |row| self.outline.parent(*row)).map(|row| self.outline.task(row));
        let is_fixed = |task: &Task| match task.constraint {
            Some(
                Constraint::FinishNoLaterThan { .. }
                | Constraint::MustFinishOn { .. }
                | Constraint::MustStartOn { .. }
                | Constraint::StartNoLaterThan { .. },
            ) => true,
            Some(
                Constraint::AsSoonAsPossible {}
                | Constraint::AsLateAsPossible {}
                | Constraint::StartNoEarlierThan { .. }
                | Constraint::FinishNoEarlierThan { .. },
            )
            | None => false,
        };
        above.any(|task| task.deadline.is_some() || task.manual.is_some() || is_fixed(task))
    }

    fn gates(&self) -> Vec<Diagnostic> {
        let gates = &self.rules.gates;
        let mut guards: BTreeMap<_, Vec<Guarded>> = BTreeMap::new();
        gates.guards.iter().for_each(|(guarded, gate)| guards.entry(*gate).or_default().push(*guarded));
        let mut found = Vec::new();
        let mut told = BTreeSet::new();
        let metrics = self.outline.project.metrics.iter().filter(|metric| metric.readings.is_empty());
        let unmeasured: BTreeSet<_> = metrics.map(|metric| &metric.id).collect();
        for number in gates.forms.rows() {
            let Some(gate) = gates.gate(number) else { continue };
            let id = gate.id.as_str();
            if !guards.contains_key(&number) {
                found.push(Diagnostic::new(Code::GateGuardsNothing, Vec::new(), &[("gate", id)]));
            }
            for item in gates.awaited(number).filter(|item| gates.items[*item].producer.is_none()) {
                let needs = gates.item(item).filter(|item| !item.needs.is_empty());
                if let Some(needs) = needs.filter(|_| told.insert(item)) {
                    let args = [("gate", id), ("item", needs.id.as_str()), ("evidence", needs.needs.first().map_or("", String::as_str))];
                    found.push(Diagnostic::new(Code::GateNoProducer, Vec::new(), &args));
                }
            }
            for condition in gate.metrics.iter().filter(|condition| unmeasured.contains(&condition.metric)) {
                let args = [("gate", id), ("metric", condition.metric.as_str())];
                found.push(Diagnostic::new(Code::MetricNoReadings, Vec::new(), &args));
            }
        }
        found
    }
}

/// People who work in the project and have no calendar: they are planned on the project's.
fn without_calendar(project: &Project, directory: &Directory) -> Vec<Diagnostic> {
    let mut works: BTreeMap<&MemberId, Vec<String>> = BTreeMap::new();
    for task in &project.tasks {
        let assigned = task.assignments.iter().map(|assignment| &assignment.member);
        let people: BTreeSet<&MemberId> = task.owner.iter().chain(assigned).collect();
        people.into_iter().for_each(|member| works.entry(member).or_default().push(task.id.to_string()));
    }
    let without = directory.members.iter().filter(|member| member.calendar.is_none());
    let found = without.filter_map(|member| works.remove_entry(&member.id));
    found.map(|(member, tasks)| Diagnostic::new(Code::MemberNoCalendar, tasks, &[("member", member.as_str())])).collect()
}
