//! A project as one member may see it.
//!
//! What somebody may not see is not hidden but absent: no host can show by mistake what it was never given. Only one thing is added. A
//! task keeps what it had from a summary that is absent, its stage, its platforms and that it is theirs: otherwise it would seem to
//! stand outside of the very grant by which it is seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::reach::Reach;
use crate::access::{Access, PLATFORM, Target, people, platforms};
use crate::column::{Column, Slot};
use crate::error::{Code, Error, Result};
use crate::model::{
    Attachment, Baseline, BaselineTask, ChecklistItem, Comment, CommentId, Directory, Gate, Held, Intent, ItemId, Link, List, MemberId,
    MoneyLine, Project, Right, Risk, Stage, StageId, Task, TaskId,
};
use crate::outline::{Outline, Place, Row};

/// # Errors
/// What is wrong with the grants or the outline, and somebody who has no right in the project at all.
pub(crate) fn redact(project: &Project, directory: &Directory, member: &MemberId) -> Result<Project> {
    let access = Access::new(directory)?;
    let outline = Outline::new(project)?;
    if !access.is_known(member, &project.id) {
        let who = access.whom_to_ask(directory, Right::View, &project.id, &Target::WHOLE);
        let args = [("member", member.as_str()), ("right", Right::View.name()), ("who", &who)];
        return Err(Error::new(Code::RightMissing, &args).at("/member"));
    }
    Ok(Sight::new(&outline, &access, member).project())
}

/// A task as scopes see it.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    stage: Option<&'a StageId>,
    /// The nearest task, itself or above, that names platforms.
    platforms: Slot<Place>,
    own: bool,
}

/// What a right reaches.
struct Seen<'s, 'a> {
    reach: Reach<'s, 'a>,
    rows: Column<bool, Place>,
}

/// What a member may see of a project.
struct Sight<'s, 'a> {
    outline: &'s Outline<'a>,
    member: &'s MemberId,
    rows: BTreeMap<&'a TaskId, Row>,
    scopes: Column<Scope<'a>, Place>,
    cancelled: Column<bool, Place>,
    /// The nearest summary above each task that is there.
    above: Column<Slot<Place>, Place>,
    view: Seen<'s, 'a>,
    internal: Seen<'s, 'a>,
    money: Seen<'s, 'a>,
}

impl<'s, 'a> Sight<'s, 'a> {
    fn new(outline: &'s Outline<'a>, access: &'s Access<'a>, member: &'s MemberId) -> Sight<'s, 'a> {
        let scopes = scopes(outline, member);
        let seen = |right: Right| {
            let reach = Reach::new(access, member, right, &outline.project.id);
            let mut rows = outline.places.beside(reach.whole);
            let mut known = BTreeMap::new();
            for row in outline.places.rows().filter(|_| !reach.is_empty() && !reach.whole) {
                let Scope { stage, platforms: source, own } = scopes[row];
                // Siblings mostly have all of it from their summary.
                rows[row] = *known.entry((stage, source.get(), own)).or_insert_with(|| {
                    let platforms: Vec<&str> = source.get().map(|row| platforms(outline.task(row)).collect()).unwrap_or_default();
                    reach.covers(stage, &platforms, own)
                });
            }
            Seen { reach, rows }
        };
        let view = seen(Right::View);
        let mut above = outline.places.beside(Slot::EMPTY);
        for row in outline.places.rows() {
            above[row] = outline.parent(row).map_or(Slot::EMPTY, |parent| if view.rows[parent] { parent.into() } else { above[parent] });
        }
        let (internal, money) = (seen(Right::ViewInternal), seen(Right::ViewMoney));
        Sight { outline, member, rows: outline.rows(), scopes, cancelled: outline.cancelled(), above, view, internal, money }
    }

    /// Every field is named here, so that whoever adds one has to say who sees it.
    fn project(&self) -> Project {
        let project = self.outline.project;
        let whole = self.view.reach.whole;
        let stages = self.stages();
        let gates: Vec<&Gate> = project.gates.iter().filter(|gate| self.sees_gate(gate)).collect();
        let needed: BTreeSet<&ItemId> = gates.iter().flat_map(|gate| gate.items.iter().map(|item| &item.item)).collect();
        let items = project.checklist.iter().filter(|item| self.sees_item(item, &needed));
        let comments: Vec<&Comment> = project.comments.iter().filter(|comment| self.sees_comment(comment)).collect();
        let answered: BTreeSet<&CommentId> = comments.iter().map(|comment| &comment.id).collect();
        Project {
            linkstar: project.linkstar,
            id: project.id.clone(),
            name: project.name.clone(),
            translations: project.translations.clone(),
            anchor: project.anchor,
            calendar: project.calendar.clone(),
            minutes_per_day: project.minutes_per_day,
            minutes_per_week: project.minutes_per_week,
            method: project.method.clone(),
            tasks: project.tasks.iter().filter_map(|task| self.task(task)).collect(),
            links: project.links.iter().filter(|link| self.sees_link(link)).cloned().collect(),
            checklist: items.map(|item| self.item(item)).collect(),
            gates: gates.into_iter().map(|gate| self.gate(gate)).collect(),
            metrics: only(whole, &project.metrics),
            life: project.life,
            risks: project.risks.iter().filter(|risk| self.sees_risk(risk)).cloned().collect(),
            money: project.money.iter().filter(|line| self.sees_money(line)).cloned().collect(),
            comments: comments.into_iter().map(|comment| with_answer(comment, &answered)).collect(),
            attachments: project.attachments.iter().filter_map(|attachment| self.attachment(attachment)).collect(),
            baselines: project.baselines.iter().filter_map(|baseline| self.baseline(baseline)).collect(),
            lessons: only(whole, &project.lessons),
            held: project.held.iter().filter(|held| self.sees_held(held)).cloned().collect(),
            retrospective: project.retrospective.clone().filter(|_| whole),
            origin: project.origin.clone().filter(|_| whole),
            ext: only(whole, &project.ext),
            stages,
        }
    }

    /// Whether a right reaches a task, or the project where no task is named. Of a task that was deleted only who sees all may know.
    fn reaches(&self, seen: &Seen<'_, '_>, task: Option<&TaskId>) -> bool {
        task.and_then(|id| self.rows.get(id)).map_or(seen.reach.whole, |row| seen.rows[*row])
    }

    fn sees(&self, task: Option<&TaskId>) -> bool {
        self.reaches(&self.view, task)
    }

    fn task(&self, task: &Task) -> Option<Task> {
        let row = *self.rows.get(&task.id).filter(|row| self.view.rows[**row])?;
        let above = self.above[row].get();
        let (scope, outer) = (self.scopes[row], above.map(|above| self.scopes[above]));
        let mut task = task.clone();
        task.parent = above.map(|above| self.outline.id(above).clone());
        // Prices and order numbers of the host: nobody outside asked for them.
        if !self.internal.rows[row] {
            task.ext = List::new();
            task.entities = List::new();
        }
        task.cancelled |= self.cancelled[row] && !above.is_some_and(|above| self.cancelled[above]);
        if scope.stage != outer.and_then(|outer| outer.stage) {
            task.stage = scope.stage.cloned();
        }
        let source = scope.platforms.get();
        if source != outer.and_then(|outer| outer.platforms.get()) && source != Some(row) {
            let inherited = source.into_iter().flat_map(|source| platforms(self.outline.task(source)));
            task.tags.extend(inherited.map(|platform| format!("{PLATFORM}{platform}")));
        }
        if scope.own && !outer.is_some_and(|outer| outer.own) && !people(&task).any(|member| member == self.member) {
            task.helpers.push(self.member.clone());
        }
        Some(task)
    }

    fn sees_link(&self, link: &Link) -> bool {
        self.sees(Some(&link.predecessor)) && self.sees(Some(&link.successor))
    }

    /// A stage names no tasks. It is there for who sees the stage, and for who sees a task in it, which may not start before it opens.
    fn stages(&self) -> Vec<Stage> {
        let visible = self.outline.places.rows().filter(|row| self.view.rows[*row]);
        let mut seen: BTreeSet<&StageId> = visible.filter_map(|row| self.scopes[row].stage).collect();
        seen.extend(self.outline.project.stages.iter().map(|stage| &stage.id).filter(|stage| self.sees_stage(stage)));
        let stages = self.outline.project.stages.iter().filter(|stage| seen.contains(&stage.id));
        stages.map(|stage| Stage { after: stage.after.iter().filter(|id| seen.contains(id)).cloned().collect(), ..stage.clone() }).collect()
    }

    fn sees_stage(&self, stage: &StageId) -> bool {
        self.view.reach.covers(Some(stage), &[], false)
    }

    fn sees_gate(&self, gate: &Gate) -> bool {
        let sees_guarded = |intent: &Intent| match intent {
            Intent::StartTask { task } | Intent::CompleteTask { task } => self.sees(Some(task)),
            Intent::OpenStage { stage } | Intent::CloseStage { stage } => self.sees_stage(stage),
            Intent::CloseProject {} => self.view.reach.whole,
        };
        if gate.guards.is_empty() { self.view.reach.whole } else { gate.guards.iter().all(sees_guarded) }
    }

    fn gate(&self, gate: &Gate) -> Gate {
        Gate { metrics: only(self.view.reach.whole, &gate.metrics), ..gate.clone() }
    }

    fn sees_item(&self, item: &ChecklistItem, needed: &BTreeSet<&ItemId>) -> bool {
        let is_theirs = !self.view.reach.is_empty() && item.owner.as_ref() == Some(self.member);
        is_theirs || needed.contains(&item.id) || self.sees(item.producer.as_ref())
    }

    fn item(&self, item: &ChecklistItem) -> ChecklistItem {
        ChecklistItem { producer: item.producer.clone().filter(|producer| self.sees(Some(producer))), ..item.clone() }
    }

    fn sees_risk(&self, risk: &Risk) -> bool {
        if risk.tasks.is_empty() { self.view.reach.whole } else { risk.tasks.iter().all(|task| self.sees(Some(task))) }
    }

    fn sees_money(&self, line: &MoneyLine) -> bool {
        self.sees(line.task.as_ref()) && self.reaches(&self.money, line.task.as_ref())
    }

    fn sees_comment(&self, comment: &Comment) -> bool {
        self.sees(comment.task.as_ref()) && (!comment.internal || self.reaches(&self.internal, comment.task.as_ref()))
    }

    /// A file of several tasks is there for who sees one of them, and says nothing of the others.
    fn attachment(&self, attachment: &Attachment) -> Option<Attachment> {
        let sees = |task: Option<&TaskId>| self.sees(task) && (!attachment.internal || self.reaches(&self.internal, task));
        let tasks: Vec<TaskId> = attachment.tasks.iter().filter(|task| sees(Some(task))).cloned().collect();
        let is_there = if attachment.tasks.is_empty() { sees(None) } else { !tasks.is_empty() };
        is_there.then(|| Attachment { tasks, ..attachment.clone() })
    }

    /// The dates of the tasks that are there; without any the baseline goes as well.
    fn baseline(&self, baseline: &Baseline) -> Option<Baseline> {
        let tasks: Vec<BaselineTask> = baseline.tasks.iter().filter(|row| self.sees(Some(&row.task))).cloned().collect();
        (self.view.reach.whole || !tasks.is_empty()).then(|| Baseline { tasks, ..baseline.clone() })
    }

    /// A command that waits may be about anything. What is about money, or internal, takes those rights as well: a command that names
    /// either, wherever it does.
    fn sees_held(&self, held: &Held) -> bool {
        let text = held.command.as_str().to_lowercase();
        let speaks_of = |words: &[&str]| words.iter().any(|word| text.contains(word));
        self.view.reach.whole
            && (self.money.reach.whole || !speaks_of(&["money", "minor", "currency"]))
            && (self.internal.reach.whole || !speaks_of(&["internal", "entities", "ext"]))
    }
}

fn scopes<'a>(outline: &Outline<'a>, member: &MemberId) -> Column<Scope<'a>, Place> {
    let mut scopes = outline.places.beside(Scope { stage: None, platforms: Slot::EMPTY, own: false });
    for row in outline.places.rows() {
        let task = outline.task(row);
        let above = outline.parent(row).map(|parent| scopes[parent]);
        let named = platforms(task).next().map(|_| row.into());
        scopes[row] = Scope {
            stage: task.stage.as_ref().or(above.and_then(|above| above.stage)),
            platforms: named.or(above.map(|above| above.platforms)).unwrap_or(Slot::EMPTY),
            own: above.is_some_and(|above| above.own) || people(task).any(|other| other == member),
        };
    }
    scopes
}

/// Records about the project as a whole.
fn only<T: Clone>(whole: bool, records: &[T]) -> Vec<T> {
    if whole { records.to_vec() } else { Vec::new() }
}

fn with_answer(comment: &Comment, there: &BTreeSet<&CommentId>) -> Comment {
    Comment { answers: comment.answers.clone().filter(|answered| there.contains(answered)), ..comment.clone() }
}
