//! A project made from the packs of the US market, and what it rests on.

use linkstar::{
    Answer, DecisionOption, Directory, Instance, InstantiateRequest, Outlook, OutlookRequest, Pack, Plan, Project, RepeatNames, Result,
    RoleOwner, TaskId, Timestamp, Translation, Wanted, Words, Zone, local_time, ops,
};

use super::arguments::{Choice, moment};
use super::launch::{DESK, Launch};
use super::text::{Ink, Pen, pad, paragraph};
use super::words::{self, Phrase};

const LABEL: usize = 12;
/// Chains whose starts are worth a line.
const CHAINS: usize = 4;

/// What a project was made from.
pub struct Made {
    pub template: String,
    instance: Instance,
    outlook: Outlook,
}

impl Made {
    /// What the project is for; where its template does not say, the task that is done last.
    pub fn goal(&self, plan: &Plan) -> TaskId {
        let last = || plan.tasks().filter(|task| !task.summary).max_by_key(|task| task.finish).map(|task| task.task);
        self.outlook.goal.as_ref().map(|goal| goal.task.clone()).or_else(last).unwrap_or_else(|| "".into())
    }
}

/// Makes the project for the team of `team.json`: each role's tasks belong to the first who has it.
pub fn make(choice: &Choice, team: Directory, now: Timestamp) -> Result<(Project, Directory, Made)> {
    let packs = linkstar_packs::us_market()?;
    let mut wanted = wanted(choice, now);
    let owner = |role: &linkstar::Role| {
        let member = team.members.iter().find(|member| member.roles.contains(&role.id))?;
        Some(RoleOwner { role: role.id.clone(), owner: member.id.clone() })
    };
    wanted.owners = team.roles.iter().filter_map(owner).collect();
    let instance = ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted.clone() })?;
    let template = name(&packs, &wanted);
    let outlook = ops::outlook(OutlookRequest { packs, wanted, directory: Some(team.clone()), now: Some(now) })?;
    let directory = joined(team, &instance.directory);
    Ok((instance.project.clone(), directory, Made { template, instance, outlook }))
}

fn wanted(choice: &Choice, now: Timestamp) -> Wanted {
    let start = choice.start.and_then(|day| moment(&day.to_string())).unwrap_or(now);
    let numbered = |count: usize| RepeatNames { per: "sku".into(), names: (1..=count).map(|number| format!("SKU {number}")).collect() };
    Wanted {
        categories: choice.categories.iter().map(|id| id.as_str().into()).collect(),
        platforms: choice.platforms.iter().map(|id| id.as_str().into()).collect(),
        answers: choice
            .attributes
            .iter()
            .map(|(attribute, value)| Answer { attribute: attribute.as_str().into(), value: value.clone() })
            .collect(),
        moment: choice.moment.as_deref().map(Into::into),
        year: choice.year,
        target: choice.target,
        repeats: choice.skus.map(numbered).into_iter().collect(),
        ..Wanted::new(&choice.template, &choice.template, start)
    }
}

fn name(packs: &[Pack], wanted: &Wanted) -> String {
    let mut templates = packs.iter().flat_map(|pack| &pack.templates);
    templates.find(|template| template.id == wanted.template).map_or_else(String::new, |template| template.name.clone())
}

/// The team, with the calendars and roles of the packs that it lacks.
fn joined(mut team: Directory, needed: &Directory) -> Directory {
    let lacking = needed.calendars.iter().filter(|calendar| !team.calendars.iter().any(|own| own.id == calendar.id));
    let lacking: Vec<_> = lacking.cloned().collect();
    team.calendars.extend(lacking);
    let lacking: Vec<_> = needed.roles.iter().filter(|role| !team.roles.iter().any(|own| own.id == role.id)).cloned().collect();
    team.roles.extend(lacking);
    team
}

/// What is short, what applies, what is open, what was assumed, what can still be chosen, which dates bind.
pub fn rests_on(launch: &Launch, made: &Made, pen: Pen) -> Result<String> {
    let separator = launch.say(&words::SEPARATOR, &[]);
    let mut text = pen.draw(Ink::Strong, &launch.say(&words::RESTS_ON, &[])) + "\n";
    text += &pen.draw(Ink::Faint, &paragraph("", &launch.say(&words::RESTS_ON_ABOUT, &[])));
    let mut line = |label: &Phrase, said: String| text += &paragraph(&pad(&launch.say(label, &[]), LABEL), &said);
    line(&words::DAYS_SHORT, days_short(launch, made));
    let open = made.instance.requirements.iter().filter(|due| !due.asks.is_empty()).count().to_string();
    line(&words::APPLIES, launch.say(&words::APPLIES_COUNT, &[("count", &made.instance.requirements.len().to_string()), ("open", &open)]));
    let questions: Vec<String> =
        made.instance.questions.iter().map(|asked| format!("{} [{}]", in_language(launch, &asked.question), asked.attribute)).collect();
    line(&words::ASKS, if questions.is_empty() { launch.say(&words::NOTHING_ASKED, &[]) } else { questions.join(" ") });
    let assumed = made.instance.assumptions.iter().map(|taken| format!("{}={}", taken.attribute, taken.value));
    line(&words::ASSUMED, assumed.collect::<Vec<_>>().join(", "));
    for decision in &made.outlook.decisions {
        let option = |option: &DecisionOption| option_line(launch, option, decision.chosen.as_deref());
        let options: Result<Vec<String>> = decision.options.iter().map(option).collect();
        line(&words::CHOICE, options?.join(&separator));
    }
    line(&words::BINDS, dates(launch, made).join(&separator));
    let mut firsts = Vec::new();
    for chain in made.outlook.chains.iter().take(CHAINS) {
        let Some(first) = chain.tasks.first() else { continue };
        let time = local_time(chain.latest_start, Zone::new(DESK)?, launch.language);
        let start = launch.say(&words::CHAIN_START, &[("name", launch.short_name(first.as_str())), ("time", &time)]);
        if !firsts.contains(&start) {
            firsts.push(start);
        }
    }
    line(&words::LATEST, firsts.join(&separator));
    let mut risky: Vec<&str> = made.outlook.uncertain.iter().map(|uncertain| launch.short_name(uncertain.task.as_str())).collect();
    risky.dedup();
    line(&words::RISKY, risky.join(&separator));
    for found in &made.instance.findings {
        text += &paragraph("!  ", &found.sentence(launch.language));
    }
    Ok(text)
}

fn days_short(launch: &Launch, made: &Made) -> String {
    if made.outlook.days_short == 0 {
        return launch.say(&words::NONE_SHORT, &[]);
    }
    let worst = made.outlook.chains.iter().min_by_key(|chain| chain.slack);
    let names = worst.into_iter().flat_map(|chain| &chain.tasks).map(|task| launch.short_name(task.as_str()));
    let chain = names.collect::<Vec<_>>().join(" > ");
    launch.say(&words::SO_SHORT, &[("days", &made.outlook.days_short.to_string()), ("chain", &chain)])
}

fn option_line(launch: &Launch, option: &DecisionOption, chosen: Option<&str>) -> Result<String> {
    let time = launch.time(option.latest, Zone::new(DESK)?);
    let short = launch.length(option.seconds_short, false);
    let phrase = if option.seconds_short > 0 { &words::OPTION_LATE } else { &words::OPTION };
    let said = launch.say(phrase, &[("value", &option.value), ("time", &time), ("short", &short)]);
    Ok(if chosen == Some(option.value.as_str()) { launch.say(&words::OPTION_TAKEN, &[("option", &said)]) } else { said })
}

fn dates(launch: &Launch, made: &Made) -> Vec<String> {
    let bound = made.instance.dates.iter().map(|date| {
        let day = date.day.map_or_else(|| launch.say(&words::UNKNOWN_DAY, &[]), |day| day.to_string());
        let kind = words::date_kind(date.kind, launch.language);
        launch.say(&words::BOUND, &[("name", launch.short_name(date.task.as_str())), ("day", &day), ("kind", &kind)])
    });
    let mut dates: Vec<String> = bound.collect();
    dates.dedup();
    dates
}

fn in_language<'a>(launch: &Launch, words: &'a Words) -> &'a str {
    let translations: &'a [Translation] = &words.translations;
    launch.translated(&words.name, translations)
}
