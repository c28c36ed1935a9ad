//! Evidence, ticks, approvals of gates, waivers.

use super::{Case, LONGEST_TEXT, Ruling};
use crate::error::{Code, Error, Result};
use crate::log::command::{Command, Waivable};
use crate::log::record::{RecordKind, RecordRef};
use crate::model::{Approval, ChecklistItem, Decision, Delegation, Evidence, Gate, GateId, ItemId, Link, MemberId, Right, Tick, Waiver};
use crate::rules::{NextStep, may_decide, reason};

impl<'c> Case<'c> {
    pub(super) fn rule_show(&self, command: &Command) -> Result<Ruling<'c>> {
        let (by, at) = (self.context.actor.clone(), self.context.now);
        match command {
            Command::AttachEvidence { item, evidence, id, digest, validity } => {
                let (mut ruling, found, record) = self.about_item(item)?;
                let id = id.clone().unwrap_or_else(|| self.made_id("evidence").into());
                if found.evidence.iter().any(|other| other.id == id) {
                    return Err(Error::new(Code::RecordTwice, &[("kind", "evidence"), ("id", id.as_str())]).at("/id"));
                }
                if !found.needs.is_empty() && !found.needs.contains(evidence) {
                    let args = [("item", item.as_str()), ("found", evidence), ("needs", &*found.needs.join(", "))];
                    ruling.reasons.push(reason(Code::EvidenceNotAsked, item.as_str(), found.owner.clone(), NextStep::Correct, &args));
                }
                let piece = Evidence { id, kind: evidence.clone(), digest: digest.clone(), at, by, validity: validity.clone() };
                ruling.draft.list(&record, "evidence", &piece)?;
                Ok(ruling)
            }
            Command::WithdrawEvidence { item, id } => {
                let (mut ruling, found, record) = self.about_item(item)?;
                let unknown = || Error::new(Code::RecordUnknown, &[("kind", "evidence"), ("id", id.as_str())]).at("/id");
                let piece = found.evidence.iter().find(|piece| piece.id == *id).ok_or_else(unknown)?;
                if piece.by != self.context.actor {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
                ruling.draft.unlist(&record, "evidence", piece)?;
                Ok(ruling)
            }
            Command::TickItem { item } => {
                let (mut ruling, found, record) = self.about_item(item)?;
                if !found.needs.is_empty() {
                    let args = [("item", item.as_str()), ("needs", &*found.needs.join(", "))];
                    ruling.reasons.push(reason(
                        Code::ItemNeedsEvidence,
                        item.as_str(),
                        found.owner.clone(),
                        NextStep::AttachEvidence,
                        &args,
                    ));
                } else if let Some(ticked) = &found.ticked {
                    let args = [("item", item.as_str()), ("by", ticked.by.as_str())];
                    ruling.reasons.push(reason(Code::ItemTicked, item.as_str(), None, NextStep::None, &args));
                }
                ruling.draft.set(&record, "ticked", Some(&Tick { by, at }))?;
                Ok(ruling)
            }
            Command::UntickItem { item } => {
                let (mut ruling, found, record) = self.about_item(item)?;
                if found.ticked.is_none() {
                    let args = [("item", item.as_str())];
                    ruling.reasons.push(reason(Code::ItemNotTicked, item.as_str(), None, NextStep::None, &args));
                }
                ruling.draft.set(&record, "ticked", None::<&Tick>)?;
                Ok(ruling)
            }
            Command::DecideGate { gate, approval, approved } => {
                let (mut ruling, found, record, place) = self.about_approval(gate, approval)?;
                let mut approvals = found.approvals.clone();
                if let Some(approval) = approvals.get_mut(place) {
                    approval.decisions.push(Decision { by, at, approved: *approved });
                }
                ruling.draft.set(&record, "approvals", Some(&approvals))?;
                Ok(ruling)
            }
            Command::DelegateGate { gate, approval, to } => {
                let (mut ruling, found, record, place) = self.about_approval(gate, approval)?;
                let mut approvals = found.approvals.clone();
                if let Some(approval) = approvals.get_mut(place) {
                    Delegation::hand_on(&mut approval.delegations, &by, to);
                }
                ruling.draft.set(&record, "approvals", Some(&approvals))?;
                let fits = may_decide(ruling.draft.after()?.project(), self.directory, gate, place)?;
                if !fits.contains(to) {
                    let args = [("gate", gate.as_str()), ("approval", approval), ("member", to.as_str()), ("who", &*names(&fits))];
                    ruling.reasons.push(reason(Code::ApprovalNotYours, gate.as_str(), None, NextStep::AskAnother, &args));
                }
                Ok(ruling)
            }
            Command::Waive { what, reason: why } => {
                if why.len() > LONGEST_TEXT {
                    super::check_text(why, "reason")?;
                }
                let mut ruling = self.waiver(what, Some(Waiver { by, at, reason: why.clone() }))?;
                if why.trim().is_empty() {
                    ruling.reasons.push(reason(Code::WaiverNoReason, "waive", Some(self.context.actor.clone()), NextStep::Correct, &[]));
                }
                Ok(ruling)
            }
            Command::RevokeWaiver { what } => self.waiver(what, None),
            _ => Ok(self.ruling(Right::View, None)),
        }
    }

    fn about_item(&self, item: &ItemId) -> Result<(Ruling<'c>, &'c ChecklistItem, RecordRef)> {
        let found = self.find::<ChecklistItem>(RecordKind::Item, item.as_str()).map_err(|error| error.at("/item"))?;
        let record = RecordRef::new(RecordKind::Item, item.as_str());
        Ok((self.ruling(Right::Evidence, Some(record.clone())), found, record))
    }

    /// An approval of a gate, and whether the actor may decide in it.
    fn about_approval(&self, gate: &GateId, approval: &str) -> Result<(Ruling<'c>, &'c Gate, RecordRef, usize)> {
        let found = self.find::<Gate>(RecordKind::Gate, gate.as_str()).map_err(|error| error.at("/gate"))?;
        let record = RecordRef::new(RecordKind::Gate, gate.as_str());
        let named = |other: &Approval| other.name == approval;
        let unknown = || {
            let known: Vec<&str> = found.approvals.iter().map(|approval| &*approval.name).collect();
            Error::new(Code::ApprovalUnknown, &[("gate", gate.as_str()), ("approval", approval), ("known", &known.join(", "))])
                .at("/approval")
        };
        let place = found.approvals.iter().position(named).ok_or_else(unknown)?;
        let mut ruling = self.ruling(Right::Approve, Some(record.clone()));
        let may = may_decide(self.state.project(), self.directory, gate, place)?;
        if !may.contains(&self.context.actor) {
            let args = [("gate", gate.as_str()), ("approval", approval), ("member", self.context.actor.as_str()), ("who", &*names(&may))];
            ruling.reasons.push(reason(Code::ApprovalNotYours, gate.as_str(), may.first().cloned(), NextStep::AskAnother, &args));
        }
        Ok((ruling, found, record, place))
    }

    /// Sets a waiver, or takes it away.
    fn waiver(&self, what: &Waivable, waiver: Option<Waiver>) -> Result<Ruling<'c>> {
        match what {
            Waivable::Gate { gate } => {
                let (mut ruling, found, record) = self.waived_gate(gate)?;
                nothing_to_revoke(&mut ruling, waiver.is_none() && found.waiver.is_none(), gate.as_str());
                ruling.draft.set(&record, "waiver", waiver.as_ref())?;
                Ok(ruling)
            }
            Waivable::Item { gate, item } => {
                let (mut ruling, found, record) = self.waived_gate(gate)?;
                let mut items = found.items.clone();
                let unknown = || Error::new(Code::RecordUnknown, &[("kind", "item"), ("id", item.as_str())]).at("/what/item");
                let in_gate = items.iter_mut().find(|other| other.item == *item).ok_or_else(unknown)?;
                // What is only advised is passed by who sees to the gate.
                if in_gate.soft && found.owner.as_ref() == Some(&self.context.actor) {
                    ruling.claims = vec![(Right::View, Some(record.clone()))];
                }
                nothing_to_revoke(&mut ruling, waiver.is_none() && in_gate.waiver.is_none(), item.as_str());
                in_gate.waiver = waiver;
                ruling.draft.set(&record, "items", Some(&items))?;
                Ok(ruling)
            }
            Waivable::Link { predecessor, successor, link } => {
                let record = RecordRef::link(predecessor.as_str(), successor.as_str(), link.unwrap_or_default());
                let found = self.state.records.find::<Link>(&record.id).ok_or_else(|| self.gone(&record).at("/what"))?;
                let mut ruling = self.ruling(Right::Waive, Some(record.clone()));
                if waiver.is_some() && !self.blocks(found) {
                    let args = [("predecessor", predecessor.as_str()), ("successor", successor.as_str())];
                    ruling.reasons.push(reason(Code::LinkNotBlocking, successor.as_str(), None, NextStep::None, &args));
                }
                nothing_to_revoke(&mut ruling, waiver.is_none() && found.waiver.is_none(), successor.as_str());
                ruling.draft.set(&record, "waiver", waiver.as_ref())?;
                Ok(ruling)
            }
        }
    }

    fn waived_gate(&self, gate: &GateId) -> Result<(Ruling<'c>, &'c Gate, RecordRef)> {
        let found = self.find::<Gate>(RecordKind::Gate, gate.as_str()).map_err(|error| error.at("/what/gate"))?;
        let record = RecordRef::new(RecordKind::Gate, gate.as_str());
        Ok((self.ruling(Right::Waive, Some(record.clone())), found, record))
    }
}

fn nothing_to_revoke(ruling: &mut Ruling<'_>, nothing: bool, subject: &str) {
    if nothing {
        ruling.reasons.push(reason(Code::WaiverNone, subject, None, NextStep::None, &[("subject", subject)]));
    }
}

fn names(members: &[MemberId]) -> String {
    let names: Vec<&str> = members.iter().take(super::MOST_ASKED).map(MemberId::as_str).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}
