//! The main job, as its user runs it: right at 100 columns, in two languages, from any day.

#[path = "../examples/us_launch/main.rs"]
#[allow(dead_code, reason = "a test needs no `main`")]
mod us_launch;

use std::collections::BTreeSet;

use linkstar::{Code, Directory, Plan, Project, lint};

const CLOCKS: [&str; 8] = [
    "",
    "--now 2027-01-04",
    "--now 2027-06-15",
    "--now 2027-07-15",
    "--now 2027-11-26T08:00:01Z",
    "--now 2028-03-01",
    "--now 1900-01-01",
    "--now 2100-01-01",
];

fn run(line: &str) -> Result<String, String> {
    us_launch::output(line.split_whitespace().map(str::to_owned), false)
}

fn report(line: &str) -> String {
    run(line).unwrap_or_else(|complaint| panic!("{line}: {complaint}"))
}

/// The five lines below the head.
fn answer(line: &str) -> Vec<String> {
    report(line).split("\n\n").nth(1).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Columns by a coarser rule than the program's own: what a launch writes beyond U+2E80 is two columns wide.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c >= '\u{2E80}' { 2 } else { 1 }).sum()
}

#[test]
fn no_line_is_wider_than_100_columns() {
    for clock in CLOCKS {
        for language in ["en", "zh-CN"] {
            let report = report(&format!("{clock} --lang {language} --evidence fcc-grant"));
            let wide: Vec<&str> = report.lines().filter(|line| width(line) > 100).collect();
            assert!(wide.is_empty(), "{clock} {language}: {wide:#?}");
            assert!(!report.contains('{') && report.lines().count() > 90, "{clock} {language}: {report}");
        }
    }
}

#[test]
fn the_answer_is_five_lines() {
    for clock in CLOCKS {
        assert_eq!(answer(clock).len(), 5, "{clock}");
    }
}

#[test]
fn the_answer_follows_the_clock() {
    let early = answer("--now 2027-01-04");
    // The designer works three days a week, 65 of them from 3 February to 22 July, without holidays.
    assert!(early[0].contains("Yes") && early[1].contains("65d of work, ") && early[2].contains("None in 5 working days"), "{early:#?}");
    let today = answer("");
    // Delivered on Tuesday 12 October, with Wednesday to Friday to spare before the Saturday of the cut-off.
    assert!(today[0].contains("Yes") && today[1].contains(" 3d of work, ") && today[2].contains("Charter"), "{today:#?}");
    // Eleven Chinese working days from the end of Saturday 16 October to the delivery on Monday 1 November, both in Los Angeles.
    let late = answer("--now 2027-06-15");
    assert!(late[0].contains("No: 11d of work late for FBA inbound cut-off") && late[0].contains("(deadline)"), "{late:#?}");
    let too_late = answer("--now 2027-07-15");
    assert!(too_late[0].contains("No: 14d of work late for First sale (mustStartOn)"), "{too_late:#?}");
}

/// A text as if no line were too long for it.
fn in_one_line(lines: &[String]) -> String {
    lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// The lines of a part of the report, without its title.
fn part(line: &str, title: &str) -> Vec<String> {
    let report = report(line);
    let found = report.split("\n\n").find(|part| part.starts_with(title)).unwrap_or_else(|| panic!("{line}: no {title}\n{report}"));
    found.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn what_is_blocked_begins_with_what_to_clear_first() {
    let blocked = part("", "What is blocked");
    // Nobody works without a charter, and nobody decides before the papers are there.
    assert!(blocked[2].contains("Lin Yue") && blocked[2].contains("Start: Charter"), "{blocked:#?}");
    assert!(blocked.iter().any(|line| line.contains("2 of 3") && line.contains("Decide: Go or no-go")), "{blocked:#?}");
    assert!(blocked.iter().any(|line| line.contains("Papers for the decision, before \"Go or no-go meeting\"")), "{blocked:#?}");
    let chinese = part("--lang zh-CN", "被阻塞的事项");
    assert!(chinese[2].contains("林悦") && in_one_line(&chinese).contains("立项决策 （何俊、林悦、唐皓中 2 人）"), "{chinese:#?}");
}

#[test]
fn who_is_overloaded_is_told_with_what_could_wait() {
    let overloaded = part("", "Who is overloaded");
    // Photos and packaging both follow the golden sample: on six of the designer's days, from Friday 25 June to Wednesday 7 July, both run.
    assert!(overloaded[2].contains("2027-06-25 to 2027-07-07  Pan Yi     12d in 6d"), "{overloaded:#?}");
    assert!(overloaded[2].contains("Shoot photos and video"), "{overloaded:#?}");
    // The laboratories go on while Su Wen is on leave, and three tests are one more than a person can have in hand.
    assert!(overloaded[3].contains("2027-07-12 to 2027-07-16  Su Wen") && overloaded[3].contains(" in 0d"), "{overloaded:#?}");
    assert!(overloaded.iter().any(|line| line.contains("Su Wen") && line.contains("3 at once, 2 allowed")), "{overloaded:#?}");
    assert!(part("--lang zh-CN", "超负荷的人员")[2].contains("潘奕"));
}

#[test]
fn evidence_opens_a_gate_and_the_report_says_what_may_start() {
    let papers = "--evidence rules-list --evidence duty-memo --evidence patent-clearance";
    let opened = in_one_line(&part(papers, "What opened"));
    assert!(opened.contains("Clear Papers for the decision"), "{opened}");
    assert!(opened.contains("May start Go or no-go meeting (Lin Yue; ahead of the plan)"), "{opened}");
    // The order still lacks the supplier's declaration, the design the decision itself.
    assert!(opened.contains("Still open Design freeze (lacks 1); Supplier order (lacks 1)"), "{opened}");
    assert!(!report("").contains("What opened"));
}

#[test]
fn one_paper_of_many_opens_nothing_yet() {
    // Ads need the grant, the declaration, the children's certificate and tests, and both papers of Amazon's.
    let opened = in_one_line(&part("--evidence fcc-grant", "What opened"));
    assert!(opened.contains("Clear nothing more") && opened.contains("May start nothing more"), "{opened}");
    assert!(opened.contains("Ads may start (lacks 5)"), "{opened}");
}

#[test]
fn the_launch_lacks_only_deadlines_and_a_figure() {
    let project = Project::from_json(include_str!("../examples/us_launch/launch.json")).expect("a project");
    let directory = Directory::from_json(include_str!("../examples/us_launch/team.json")).expect("a directory");
    let found: BTreeSet<Code> = lint(&project, &directory).expect("findings").findings.iter().map(|found| found.code).collect();
    // Most tasks have no date of their own, and what ads cost nobody can measure before they run.
    assert_eq!(found, BTreeSet::from([Code::TaskNoDeadline, Code::MetricNoReadings]));
}

/// The keys of the whole checklist, which the complaint about an unknown one lists.
fn keys() -> Vec<String> {
    let complaint = run("--evidence x").expect_err("no such key");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    let (_, keys) = complaint.split_once("one of: ").expect("the keys");
    keys.split(", ").map(str::to_owned).collect()
}

#[test]
fn with_every_paper_only_people_figures_and_tasks_are_missing() {
    let all: String = keys().iter().map(|key| format!("--evidence {key} ")).collect();
    // What stays is the agreement of two people, and a figure that nobody has measured.
    let opened = in_one_line(&part(&all, "What opened"));
    assert!(opened.contains("Still open Design freeze (lacks 1); Project close (lacks 1)"), "{opened}");
    // The gate of the ads is clear, but the certification has to be finished, and is not, whatever was handed in.
    assert!(opened.contains("Ads may start") && !opened.contains("Switch on the ads"), "{opened}");
    assert!(run("--lang zh-CN --evidence x").is_err_and(|complaint| complaint.contains("检查清单") && complaint.contains("fcc-grant")));
}

#[test]
fn colour_changes_no_letter() {
    let coloured = us_launch::output([], true).unwrap_or_default();
    let mut plain = String::new();
    for (place, part) in coloured.split("\u{1b}[").enumerate() {
        plain += if place == 0 { part } else { part.split_once('m').map_or("", |(_, text)| text) };
    }
    assert!(coloured.len() > plain.len());
    assert_eq!(plain, report(""));
}

#[test]
fn json_is_the_plan_and_nothing_else() {
    let json = report("--json --lang zh-CN");
    let plan = Plan::from_json(&json).expect("a plan document");
    assert_eq!(plan.to_json() + "\n", json);
}

#[test]
fn the_end_of_time_is_a_complaint() {
    let complaint = run("--now 9999-12-31").expect_err("no plan begins on the last day");
    assert!(complaint.contains("years 1 to 9999"), "{complaint}");
}

/// Products of five other categories, from templates: what each is, and what its seller would type.
const OTHERS: [(&str, &str); 5] = [
    (
        "home appliances",
        "--template amazon-new-product --category home-appliances --attr mains-powered=yes --moment black-friday --year 2027 --now 2027-03-01",
    ),
    ("auto parts", "--template amazon-new-product --category auto-parts --target 2027-11-01 --now 2027-03-01"),
    ("outdoor", "--template amazon-new-product --category outdoor-sports --target 2027-07-01 --now 2026-12-01"),
    ("apparel", "--template apparel --category apparel --target 2027-09-01 --now 2026-12-01"),
    (
        "medical device",
        "--template medical-device --category medical-devices --category battery-powered --target 2028-09-01 --now 2027-01-04",
    ),
];

#[test]
fn the_answer_for_other_products_is_as_it_was_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/us_launch.txt");
    let told: String = OTHERS.iter().map(|(name, line)| format!("{name}: {line}\n{}\n\n", answer(line).join("\n"))).collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &told).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), told, "to write it: UPDATE_EXPECT=1 cargo test --test us_launch");
}

#[test]
fn a_template_makes_a_launch_that_is_in_time_or_says_how_many_days_are_missing() {
    let line = "--template amazon-new-product --category toys --category consumer-electronics --attr radio=bluetooth \
        --attr battery=lithium --attr age-min=6 --moment black-friday --year 2027 --platform amazon --skus 3";
    let in_time = in_one_line(&part(line, "What the plan rests on"));
    for said in ["None: every date can be kept", "freight=sea", "2027-10-16 (an estimate)", "2027-11-26 (by rule)", "not legal advice"] {
        assert!(in_time.contains(said), "{said}: {in_time}");
    }
    assert!(report(line).contains("· SKU 3"));
    let late = in_one_line(&part(&format!("{line} --now 2027-09-01"), "What the plan rests on"));
    assert!(late.contains("working days, on the chain Charter > ") && late.contains("sea is too late by"), "{late}");
    for language in ["en", "zh-CN"] {
        let report = report(&format!("{line} --lang {language}"));
        let wide: Vec<&str> = report.lines().filter(|line| width(line) > 100).collect();
        assert!(wide.is_empty(), "{language}: {wide:#?}");
    }
}

#[test]
fn a_wish_that_cannot_be_met_says_what_to_write() {
    for (line, advice) in [
        ("--template amazon-new", "amazon-new-product"),
        ("--template amazon-new-product --category toy --target 2027-11-01", "toys"),
        ("--template amazon-new-product --attr radio=blutooth --target 2027-11-01", "bluetooth"),
        ("--template prime-day --moment prime-day --year 2027", "2027"),
        ("--template amazon-new-product --moment black-friday", "year"),
        ("--template amazon-new-product", "target"),
        ("--template amazon-new-product --target 2027-11-01 --skus 20000", "50000"),
        ("--category toys", "--template"),
        ("--template apparel --target tomorrow", "--target 2027-11-26"),
        ("--template apparel --skus many", "--skus"),
    ] {
        let complaint = run(line).expect_err(line);
        assert!(complaint.contains(advice) && complaint.lines().count() == 1, "{line}: {complaint}");
    }
}
