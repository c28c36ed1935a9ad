//! What tasks are bound by where they stand. A gate, a blocking link or a stage rests on the outline: whoever moves, adds, removes or
//! calls off tasks there could open it without touching it. That is a matter of gates, whether they are open at the moment or not.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Intent, Link, Project, Task};

/// The tasks and stages on which rules rest.
pub(super) struct Bonds<'p> {
    tasks: BTreeMap<&'p str, &'p Task>,
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
    pub(super) fn of(project: &'p Project) -> Bonds<'p> {
        let tasks: BTreeMap<&str, &Task> = project.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
        let summaries = project.tasks.iter().filter_map(|task| task.parent.as_ref().map(|parent| parent.as_str())).collect();
        let (mut bound, mut ends, mut lags) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut entered, mut left) = (BTreeSet::new(), BTreeSet::new());
        let blocks = |link: &&Link| link.blocking || tasks.get(link.predecessor.as_str()).is_some_and(|task| task.blocking);
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
        Bonds { tasks, summaries, bound, ends, lags, entered, left }
    }

    /// The summaries above a task.
    fn above(&self, task: &str) -> Vec<&'p Task> {
        let parent = |task: &&'p Task| self.tasks.get(task.parent.as_ref()?.as_str()).copied();
        let first = self.tasks.get(task).copied().as_ref().and_then(parent);
        // Parents in a loop are refused elsewhere.
        std::iter::successors(first, parent).take(self.tasks.len()).collect()
    }

    fn stage(&self, task: &str) -> Option<&'p str> {
        let own = self.tasks.get(task).copied();
        own.into_iter().chain(self.above(task)).find_map(|task| task.stage.as_ref().map(|stage| stage.as_str()))
    }

    /// Whether a task could leave rules behind by being moved away.
    pub(super) fn hold(&self, task: &str) -> bool {
        let stage = self.stage(task);
        self.above(task).iter().any(|above| self.bound.contains(above.id.as_str()))
            || stage.is_some_and(|stage| self.entered.contains(stage) || self.left.contains(stage))
    }

    /// Whether something would count as done, or as left, because a task in it goes or is called off.
    pub(super) fn rest_on(&self, task: &str) -> bool {
        self.above(task).iter().any(|above| self.ends.contains(above.id.as_str()))
            || self.stage(task).is_some_and(|stage| self.left.contains(stage))
    }

    /// Whether a task that came to stand here makes something else of what it stands in: of a single task a summary; or, where it has begun,
    /// of what had not begun something that has. `before` are the bonds without it.
    pub(super) fn change_by(&self, task: &str, before: &Bonds<'_>) -> bool {
        let Some(found) = self.tasks.get(task) else { return false };
        let parent = found.parent.as_ref().map(|parent| parent.as_str());
        let was_single = |parent: &str| !before.summaries.contains(parent) && before.bound.contains(parent);
        let has_begun = found.progress.is_some() || found.percent_complete > 0 || found.cancelled || self.summaries.contains(task);
        parent.is_some_and(was_single) || has_begun && self.hold(task)
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
