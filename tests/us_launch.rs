//! The main job, as its user runs it: right at 100 columns, in two languages, from any day.

#[path = "../examples/us_launch/main.rs"]
#[allow(dead_code, reason = "a test needs no `main`")]
mod us_launch;

use linkstar::Plan;

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
            let report = report(&format!("{clock} --lang {language}"));
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
    assert!(early[0].contains("Yes") && early[1].contains("94d of work, ") && early[2].contains("None in 5 working days"), "{early:#?}");
    let today = answer("");
    assert!(today[0].contains("Yes") && today[1].contains(" 3d of work, ") && today[2].contains("Charter"), "{today:#?}");
    // Eleven Chinese working days from the end of Saturday 16 October to the delivery on Monday 1 November, both in Los Angeles.
    let late = answer("--now 2027-06-15");
    assert!(late[0].contains("No: 11d of work late for FBA inbound cut-off") && late[0].contains("(deadline)"), "{late:#?}");
    let too_late = answer("--now 2027-07-15");
    assert!(too_late[0].contains("No: 14d of work late for First sale (mustStartOn)"), "{too_late:#?}");
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
