//! What people say, hand in, keep and learn.

use serde::Serialize;

use super::{Case, Reach, Ruling, check_text};
use crate::error::{Code, Error, Result};
use crate::log::command::Command;
use crate::log::draft::Draft;
use crate::log::record::{RecordKind, RecordRef, fields_of};
use crate::model::{Attachment, Baseline, BaselineTask, Comment, Lesson, MemberId, Retrospective, Right, Task, TaskId};
use crate::plan::{self, PlanOptions};
use crate::rules::{NextStep, reason};

impl<'c> Case<'c> {
    pub(super) fn rule_talk(&self, command: &Command) -> Result<Ruling<'c>> {
        let (by, at) = (self.context.actor.clone(), self.context.now);
        match command {
            Command::Say { task, answers, text, mentions, internal } => {
                check_text(text, "text")?;
                let mut ruling = self.ruling(Right::Comment, self.about(task.as_ref())?);
                if *internal {
                    ruling.claims.push((Right::ViewInternal, self.about(task.as_ref())?));
                }
                let id = self.made_id("comment").into();
                let (task, answers, text, mentions) = (task.clone(), answers.clone(), text.clone(), mentions.clone());
                ruling.notices = self.told(task.as_ref(), *internal, &mentions);
                let comment = Comment { id, task, answers, by, at, text, mentions, internal: *internal };
                self.add(&mut ruling, RecordKind::Comment, &comment)?;
                Ok(ruling)
            }
            Command::AttachFile { task, id, name, digest, bytes, media_type, internal } => {
                check_text(name, "name")?;
                if digest.len() != 64 || !digest.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit)) {
                    return Err(Error::new(Code::AttachmentDigest, &[("digest", digest)]).at("/digest"));
                }
                if *bytes < 0 {
                    return Err(Error::new(Code::DocumentValue, &[("found", &bytes.to_string()), ("expected", "0, 1, 2, …")]).at("/bytes"));
                }
                let mut ruling = self.ruling(Right::Attach, self.about(task.as_ref())?);
                let attachments = &self.state.project().attachments;
                if let Some(known) = attachments.iter().find(|attachment| attachment.digest == *digest && self.sees_file(attachment)) {
                    let record = RecordRef::new(RecordKind::Attachment, known.id.as_str());
                    match task {
                        // What is the project's is every task's.
                        Some(task) if !known.tasks.is_empty() && !known.tasks.contains(task) => {
                            ruling.draft.list(&record, "tasks", task)?
                        }
                        _ => {
                            let args = [("name", &*known.name), ("id", known.id.as_str())];
                            ruling.reasons.push(reason(Code::AttachmentKnown, known.id.as_str(), None, NextStep::None, &args));
                        }
                    }
                    return Ok(ruling);
                }
                let versions = attachments.iter().filter(|attachment| attachment.name == *name).map(|attachment| attachment.version);
                let attachment = Attachment {
                    id: id.clone().unwrap_or_else(|| self.made_id("attachment").into()),
                    tasks: task.iter().cloned().collect(),
                    name: name.clone(),
                    digest: digest.clone(),
                    bytes: *bytes,
                    media_type: media_type.clone(),
                    version: versions.max().unwrap_or_default().saturating_add(1),
                    by,
                    at,
                    internal: *internal,
                };
                self.add(&mut ruling, RecordKind::Attachment, &attachment)?;
                Ok(ruling)
            }
            Command::KeepBaseline { name } => {
                check_text(name, "name")?;
                let mut ruling = self.ruling(Right::Baseline, None);
                let plan = plan::schedule(self.state.project(), self.directory, &PlanOptions::default())?;
                let tasks = plan.tasks().map(|task| BaselineTask { task: task.task, start: task.start, finish: task.finish });
                let id = self.made_id("baseline").into();
                let baseline = Baseline { id, name: name.clone(), at, plan_hash: plan.hash(), tasks: tasks.collect() };
                self.add(&mut ruling, RecordKind::Baseline, &baseline)?;
                Ok(ruling)
            }
            Command::Learn { text, stage } => {
                check_text(text, "text")?;
                let mut ruling = self.ruling(Right::Lessons, None);
                let lesson = Lesson { id: self.made_id("lesson").into(), text: text.clone(), stage: stage.clone(), by, at };
                self.add(&mut ruling, RecordKind::Lesson, &lesson)?;
                Ok(ruling)
            }
            Command::LookBack { members, summary } => {
                check_text(summary, "summary")?;
                let mut ruling = self.ruling(Right::Lessons, None);
                let record = RecordRef::new(RecordKind::Project, self.state.project().id.as_str());
                let retrospective = Retrospective { at, members: members.clone(), summary: summary.clone(), by };
                ruling.draft.set(&record, "retrospective", Some(&retrospective))?;
                Ok(ruling)
            }
            _ => Ok(self.ruling(Right::View, None)),
        }
    }

    fn add<T: Serialize>(&self, ruling: &mut Ruling<'_>, kind: RecordKind, record: &T) -> Result<()> {
        let added = ruling.draft.add(kind, &fields_of(record)).map_err(|error| error.at("/id"))?;
        // What was removed is restored, so that nobody takes its place.
        if self.state.removed.contains_key(&added) { Err(self.gone(&added).at("/id")) } else { Ok(()) }
    }

    /// Whether the actor knows of a file: what they do not see they do not learn by its digest.
    fn sees_file(&self, attachment: &Attachment) -> bool {
        let record = RecordRef::new(RecordKind::Attachment, attachment.id.as_str());
        let reach = Reach::of(&Draft::new(&self.state.records), &record).unwrap_or_default();
        let may = |right| self.may(&self.context.actor, right, &reach);
        may(Right::View) && (!attachment.internal || may(Right::ViewInternal))
    }

    /// The record that something is about, for its rights.
    ///
    /// # Errors
    /// A task that is not there.
    fn about(&self, task: Option<&TaskId>) -> Result<Option<RecordRef>> {
        let Some(task) = task else { return Ok(None) };
        self.find::<Task>(RecordKind::Task, task.as_str()).map_err(|error| error.at("/task"))?;
        Ok(Some(RecordRef::new(RecordKind::Task, task.as_str())))
    }

    /// Who is told of a comment: each of those named, once, who may see it, but not who wrote it.
    fn told(&self, task: Option<&TaskId>, internal: bool, mentions: &[MemberId]) -> Vec<MemberId> {
        let about = task.map(|task| RecordRef::new(RecordKind::Task, task.as_str()));
        let reach = about.and_then(|about| Reach::of(&Draft::new(&self.state.records), &about)).unwrap_or_default();
        let mut told: Vec<MemberId> = Vec::new();
        for member in mentions {
            let sees = self.may(member, Right::View, &reach) && (!internal || self.may(member, Right::ViewInternal, &reach));
            if sees && *member != self.context.actor && !told.contains(member) {
                told.push(member.clone());
            }
        }
        told
    }
}
