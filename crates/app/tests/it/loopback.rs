//! In mock mode no connection leaves this machine: every shipped recipe runs where there is no way out, and the kernel
//! counts whoever tries one.

use std::process::{Command, Output};

/// Runs a script where only the loopback interface exists.
fn without_a_way_out(script: &str, argument: &std::ffi::OsStr) -> Output {
    Command::new("unshare")
        .args(["--map-root-user", "--net", "sh", "-c"])
        .arg(format!("ip link set lo up && {script}"))
        .arg(argument)
        .output()
        .unwrap()
}

/// How many packets found no way out so far, over IPv4 and IPv6.
fn tried(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut rows = text.lines().filter(|line| line.starts_with("Ip: "));
    let (names, values) = (rows.next().unwrap(), rows.next().unwrap());
    let at = names
        .split(' ')
        .position(|name| name == "OutNoRoutes")
        .unwrap();
    let v4: u64 = values.split(' ').nth(at).unwrap().parse().unwrap();
    let v6 = text
        .lines()
        .find(|line| line.starts_with("Ip6OutNoRoutes"))
        .unwrap();
    v4 + v6
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
}

const COUNTERS: &str = "cat /proc/net/snmp /proc/net/snmp6";

#[test]
fn every_shipped_recipe_runs_in_mock_mode_without_trying_a_way_out() {
    let this = std::env::current_exe().unwrap();
    let possible = Command::new("unshare")
        .args(["--map-root-user", "--net", "ip", "link", "set", "lo", "up"])
        .output();
    if !possible.is_ok_and(|output| output.status.success()) {
        eprintln!(
            "NOT CHECKED: this machine lets nobody make a network of their own (unshare --net)"
        );
        return;
    }
    // A try is seen: an address that is no loopback one, over either protocol.
    let try_v4 = "(exec 3<>/dev/tcp/203.0.113.1/80) 2>&1; (exec 3<>/dev/udp/203.0.113.1/53; echo x >&3) 2>&1; ";
    let seen = without_a_way_out(&format!("bash -c '{try_v4}'; {COUNTERS}"), this.as_os_str());
    assert!(tried(&seen) >= 1, "{seen:?}");

    // The tests that run the shipped recipes to their ends, in this very program.
    let run = format!("\"$0\" --test-threads 2 shipped:: shipped_support:: scout:: && {COUNTERS}");
    let ran = without_a_way_out(&run, this.as_os_str());
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert!(
        said.contains("test result: ok") && !said.contains(" 0 passed"),
        "{said}"
    );
    assert_eq!(
        tried(&ran),
        0,
        "something tried to leave this machine: {said}"
    );
}

#[test]
fn those_tests_run_every_recipe_that_ships() {
    let tests = concat!(
        include_str!("shipped.rs"),
        include_str!("shipped_support.rs"),
        include_str!("scout.rs")
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../recipes");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The tests of the recipes stand in a folder of their own.
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("name: "))
            .unwrap();
        let name = name.trim_matches('"');
        assert!(
            tests.contains(name),
            "{}: no test runs {name:?} in mock mode",
            path.display()
        );
    }
}
