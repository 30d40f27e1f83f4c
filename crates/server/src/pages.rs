//! The addresses at which the page answers; nothing else in the address space of the page exists.

use axum::Router;
use axum::routing::get;

use crate::{Door, assets};

/// The addresses of `ui/src/routes.tsx`, with `{…}` where the page has `$…`. A test compares the two.
const PAGES: &[&str] = &[
    "/",
    "/setup",
    "/chat",
    "/agents",
    "/agents/{agent}",
    "/recipes",
    "/recipes/{slug}",
    "/sop",
    "/tools",
    "/tools/{tool}",
    "/rooms",
    "/rooms/{room}",
    "/campus",
    "/settings",
    "/workflows",
    "/workflows/{workflow}",
    "/dashboard",
    "/help",
    "/dashboard/wall",
    "/runs",
    "/runs/{id}",
    "/runs/{id}/compare",
    "/inbox",
];

/// Answers each with the frame of the page, which shows nothing by itself: what it shows it asks the API for.
pub(crate) fn add(router: Router<Door>) -> Router<Door> {
    PAGES.iter().fold(router, |router, path| {
        router.route(path, get(assets::frame))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn they_are_the_routes_of_the_page() {
        let routes = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/routes.tsx");
        let source = std::fs::read_to_string(routes).unwrap();
        let theirs: BTreeSet<String> = source
            .split("path: \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(|path| {
                let parts = path.split('/').map(|part| match part.strip_prefix('$') {
                    Some(name) => format!("{{{name}}}"),
                    None => part.to_owned(),
                });
                parts.collect::<Vec<_>>().join("/")
            })
            .collect();
        let ours = PAGES.iter().map(|path| (*path).to_owned());
        assert_eq!(theirs, ours.collect());
    }
}
