//! Browser sessions: how they begin, what their cookie is worth, how they end.

use avops_spec::program::TOKEN;
use hyper::Method;
use serde_json::json;

use crate::door::status;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once_and_its_cookie_alone_changes_nothing() {
    let stage = Stage::set().await;
    let host = stage.client().host();
    let body = json!({ "mock": false }).to_string();
    let link = stage.made("/api/v1/sign-in-links", &json!({})).await;
    let code = link.text("/url").split("code=").nth(1).unwrap().to_owned();
    let sign_in = json!({ "code": code }).to_string();
    let headers = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
    ];
    let opened = stage
        .client()
        .raw(Method::POST, "/api/v1/sign-in", &headers, &sign_in)
        .await
        .unwrap();
    assert_eq!(opened.status, 204, "{}", opened.text);
    let cookie = opened.headers["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let again = stage
        .client()
        .raw(Method::POST, "/api/v1/sign-in", &headers, &sign_in)
        .await
        .unwrap();
    assert_eq!(again.status, 403, "a link works once");
    let cookie = cookie.split(';').next().unwrap();
    for kind in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let headers = [
            ("host", host.as_str()),
            ("cookie", cookie),
            ("content-type", kind),
        ];
        assert_eq!(
            status(
                stage.client(),
                Method::PATCH,
                "/api/v1/settings",
                &headers,
                &body
            )
            .await,
            403,
            "a form of another site: {kind}"
        );
    }
    let ours = [
        ("host", host.as_str()),
        ("cookie", cookie),
        ("content-type", "application/json"),
        ("x-avops", "1"),
    ];
    assert_eq!(
        status(
            stage.client(),
            Method::PATCH,
            "/api/v1/settings",
            &ours,
            &json!({}).to_string()
        )
        .await,
        200
    );
    assert_eq!(
        status(stage.client(), Method::POST, "/api/v1/sign-out", &ours, "").await,
        204
    );
    assert_eq!(
        status(stage.client(), Method::GET, "/api/v1/me", &ours, "").await,
        401,
        "signed out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_from_elsewhere_is_over_at_once() {
    let stage = Stage::set().await;
    let host = stage.client().host();
    let link = stage.made("/api/v1/sign-in-links", &json!({})).await;
    let code = link.text("/url").split("code=").nth(1).unwrap();
    let headers = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
    ];
    let body = json!({ "code": code }).to_string();
    let opened = stage
        .client()
        .raw(Method::POST, "/api/v1/sign-in", &headers, &body)
        .await
        .unwrap();
    let cookie = opened.headers["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let mine = [("host", host.as_str()), ("cookie", cookie)];
    assert_eq!(
        status(stage.client(), Method::GET, "/api/v1/me", &mine, "").await,
        200
    );
    let listed = stage.client().get("/api/v1/sessions").await.unwrap();
    let path = format!("/api/v1/sessions/{}", listed.text("/items/0/id"));
    let bearer = format!("Bearer {TOKEN}");
    let owner = [("host", host.as_str()), ("authorization", bearer.as_str())];
    assert_eq!(
        status(stage.client(), Method::DELETE, &path, &owner, "").await,
        204,
        "{}",
        listed.body
    );
    assert_eq!(
        status(stage.client(), Method::GET, "/api/v1/me", &mine, "").await,
        401
    );
}
