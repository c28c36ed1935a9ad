//! What tasks are bound by where they stand. A gate, a blocking link or a stage rests on the outline: whoever moves, adds, removes or
//! calls off tasks there could open it without touching it. That is a matter of gates, whether they are open at the moment or not.

use std::collections::BTreeSet;

use crate::log::record::Records;
use crate::model::{Intent, Link, Task};

/// The tasks and stages on which rules rest.
pub(super) struct Bonds<'p> {
    records: &'p Records,
    summaries: BTreeSet<&'p str>,
    /// Tasks that a gate guards, that block others, or that others block.
    bound: BTreeSet<&'p str>,
    /// Tasks whose end counts: they block others, or a gate guards their completion.
    ends: BTreeSet<&'p str>,
    /// Ends of blocking links that count a lag.
    lags: BTreeSet<&'p str>,
    /// Stages with a rule to enter.
    entered: BTreeSet<&'p str>,
    /// Stages whose close counts for others, or is guarded.
    left: BTreeSet<&'p str>,
}

impl<'p> Bonds<'p> {
    pub(super) fn of(records: &'p Records) -> Bonds<'p> {
        let project = records.project();
        // Tasks of one summary often stand together.
        let families = project.tasks.chunk_by(|task, next| task.parent == next.parent).filter_map(<[Task]>::first);
        let summaries = families.filter_map(|task| task.parent.as_ref().map(|parent| parent.as_str())).collect();
        let blocking: BTreeSet<&str> = project.tasks.iter().filter(|task| task.blocking).map(|task| task.id.as_str()).collect();
        let (mut bound, mut ends, mut lags) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut entered, mut left) = (BTreeSet::new(), BTreeSet::new());
        let blocks = |link: &&Link| link.blocking || blocking.contains(link.predecessor.as_str());
        for link in project.links.iter().filter(blocks) {
            bound.extend([link.predecessor.as_str(), link.successor.as_str()]);
            ends.insert(link.predecessor.as_str());
            if link.lag.is_some() {
                lags.extend([link.predecessor.as_str(), link.successor.as_str()]);
            }
        }
        for guarded in project.gates.iter().flat_map(|gate| &gate.guards) {
            match guarded {
                Intent::StartTask { task } => drop(bound.insert(task.as_str())),
                Intent::CompleteTask { task } => {
                    bound.insert(task.as_str());
                    ends.insert(task.as_str());
                }
                Intent::OpenStage { stage } => drop(entered.insert(stage.as_str())),
                Intent::CloseStage { stage } => drop(left.insert(stage.as_str())),
                Intent::CloseProject {} => {}
            }
        }
        for stage in &project.stages {
            if stage.by_hand || !stage.after.is_empty() {
                entered.insert(stage.id.as_str());
            }
            left.extend(stage.after.iter().map(|before| before.as_str()));
        }
        Bonds { records, summaries, bound, ends, lags, entered, left }
    }

    /// The summaries above a task.
    fn above(&self, task: &Task) -> impl Iterator<Item = &'p Task> + use<'p> {
        let records = self.records;
        let parent = move |task: &Task| records.find::<Task>(task.parent.as_ref()?.as_str());
        // Parents in a loop are refused elsewhere.
        std::iter::successors(parent(task), move |above| parent(above)).take(records.project().tasks.len())
    }

    fn stage_is(&self, task: &Task, in_question: impl Fn(&str) -> bool) -> bool {
        let above = || self.above(task).find_map(|above| above.stage.as_ref());
        task.stage.as_ref().or_else(above).is_some_and(|stage| in_question(stage.as_str()))
    }

    /// Whether a task could leave rules behind by being moved away.
    pub(super) fn hold(&self, task: &Task) -> bool {
        self.above(task).any(|above| self.bound.contains(above.id.as_str()))
            || self.stage_is(task, |stage| self.entered.contains(stage) || self.left.contains(stage))
    }

    /// Whether something would count as done, or as left, because a task in it goes or is called off.
    pub(super) fn rest_on(&self, task: &Task) -> bool {
        self.above(task).any(|above| self.ends.contains(above.id.as_str())) || self.stage_is(task, |stage| self.left.contains(stage))
    }

    /// Whether a task that came to stand here makes something else of what it stands in: of a single task a summary; or, where it has begun,
    /// of what had not begun something that has. `before` are the bonds without it.
    pub(super) fn change_by(&self, task: &Task, before: &Bonds<'_>) -> bool {
        let was_single = |parent: &str| !before.summaries.contains(parent) && before.bound.contains(parent);
        let is_summary = || self.summaries.contains(task.id.as_str());
        let has_begun = || task.progress.is_some() || task.percent_complete > 0 || task.cancelled || is_summary();
        task.parent.as_ref().is_some_and(|parent| was_single(parent.as_str())) || has_begun() && self.hold(task)
    }

    /// Whether a blocking link counts a lag from or on a task.
    pub(super) fn count_lag(&self, task: &str) -> bool {
        self.lags.contains(task)
    }

    /// Whether any blocking link counts a lag.
    pub(super) fn count_any_lag(&self) -> bool {
        !self.lags.is_empty()
    }
}
