//! The day of the launch team, as somebody reads it.

#[allow(dead_code, unreachable_pub, reason = "an example is a program of its own")]
#[path = "../examples/team_day/main.rs"]
mod team_day;

use linkstar::Language;

#[test]
fn the_day_goes_as_its_story_says() {
    let day = team_day::day(Language::En).expect("the example runs");
    let told = |words: &str| assert!(day.contains(words), "{words} in:\n{day}");
    // Every reason, each with who acts.
    told("[blocker.notFinished] `fcc-certification` is not done. Finish it first. (su.wen)");
    told("[gate.itemOpen] `fcc-grant` lacks a `grant`. Hand it in. (su.wen)");
    let refused = day.find("refused, reasons: 7").expect("the ads are refused");
    let started = day.find("tries again\n  accepted").expect("the ads start in the end");
    assert!(refused < started);
    told("waits for approval by one of: lin.yue");
    told("[held.own]");
    told("breach, told to chen.bo:\n    [gate.itemOpen] `second-isf`");
    told("tasks: 2 of 66");
    told("17 events, intact: true");
    told("one word changed: event 10 found");
    told("words of theirs left: 0; intact: true");
    assert!(day.contains("replayed: 66 tasks, active: true"), "nobody's task goes with the intern");
}

#[test]
fn the_day_is_told_in_chinese() {
    let day = team_day::day(Language::ZhCn).expect("the example runs");
    assert!(day.contains("被拒绝,原因 7 条") && day.contains("完好:true"), "{day}");
    assert!(!day.contains("Hand it in"), "{day}");
}
