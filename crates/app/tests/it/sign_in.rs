//! Tokens, sign-in links and sessions.

use avops_app::tokens::{self, NewToken};
use avops_app::{Actor, PageRequest};
use avops_app::{Error, Role, audit, sessions};
use jiff::SignedDuration;

use crate::world::World;

fn token(role: Role, days: Option<u32>) -> NewToken {
    NewToken {
        name: "wallboard".to_owned(),
        role,
        may_approve: false,
        expires_in_days: days,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_token_is_made_once_and_opens_everything() {
    let world = World::new().await;
    let secret = tokens::ensure_owner(&world.app, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(tokens::ensure_owner(&world.app, None).await.unwrap(), None);
    let actor = tokens::authenticate(&world.app, &secret)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(actor.role, Role::Owner);
    assert_eq!(
        tokens::authenticate(&world.app, "avops_wrong")
            .await
            .unwrap(),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_token_from_outside_must_be_long() {
    let world = World::new().await;
    let short = tokens::ensure_owner(&world.app, Some("letmein")).await;
    assert!(matches!(short, Err(Error::BadInput { .. })), "{short:?}");
    let given = "0123456789abcdef0123456789abcdef";
    let made = tokens::ensure_owner(&world.app, Some(given)).await.unwrap();
    assert_eq!(made.as_deref(), Some(given));
    assert!(
        tokens::authenticate(&world.app, given)
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stops_when_it_is_revoked_or_its_time_is_over() {
    let world = World::new().await;
    let issued = tokens::create(&world.app, &world.owner, token(Role::Viewer, None))
        .await
        .unwrap();
    let short = tokens::create(&world.app, &world.owner, token(Role::Operator, Some(1)))
        .await
        .unwrap();
    let who = tokens::authenticate(&world.app, &issued.secret)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((who.role, who.may_approve), (Role::Viewer, false));
    assert!(
        tokens::authenticate(&world.app, &short.secret)
            .await
            .unwrap()
            .is_some()
    );
    world.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(
        tokens::authenticate(&world.app, &short.secret)
            .await
            .unwrap(),
        None
    );
    tokens::revoke(&world.app, &world.owner, &issued.token.id)
        .await
        .unwrap();
    assert_eq!(
        tokens::authenticate(&world.app, &issued.secret)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_cannot_make_an_owner() {
    let world = World::new().await;
    let admin = World::actor(Role::Admin, true);
    let refused = tokens::create(&world.app, &admin, token(Role::Owner, None)).await;
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_claims_of_one_link_one_wins() {
    let world = World::new().await;
    let link = sessions::link(&world.app, &world.owner).await.unwrap();
    let claims = (0..50).map(|_| {
        let (app, code) = (world.app.clone(), link.code.clone());
        tokio::spawn(async move { sessions::claim(&app, &code).await.unwrap().is_some() })
    });
    let mut won = 0;
    for claim in claims.collect::<Vec<_>>() {
        won += u32::from(claim.await.unwrap());
    }
    assert_eq!(won, 1);
    assert!(
        sessions::claim(&world.app, &link.code)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_for_an_hour() {
    let world = World::new().await;
    let link = sessions::link(&world.app, &world.owner).await.unwrap();
    world.clock.advance(SignedDuration::from_mins(61));
    assert!(
        sessions::claim(&world.app, &link.code)
            .await
            .unwrap()
            .is_none()
    );
}

async fn signed_in(world: &World) -> String {
    let link = sessions::link(&world.app, &world.owner).await.unwrap();
    let opened = sessions::claim(&world.app, &link.code)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(opened.actor, world.owner);
    opened.secret
}

async fn is_in(world: &World, secret: &str) -> Option<Actor> {
    sessions::authenticate(&world.app, secret).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_uses_it_for_eight_hours() {
    let world = World::new().await;
    let secret = signed_in(&world).await;
    for _ in 0..3 {
        world.clock.advance(SignedDuration::from_hours(7));
        assert_eq!(is_in(&world, &secret).await, Some(world.owner.clone()));
    }
    world.clock.advance(SignedDuration::from_hours(8));
    assert_eq!(is_in(&world, &secret).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_seven_days_however_much_it_is_used() {
    let world = World::new().await;
    let secret = signed_in(&world).await;
    for _ in 0..23 {
        world.clock.advance(SignedDuration::from_hours(7));
        assert!(is_in(&world, &secret).await.is_some());
    }
    world.clock.advance(SignedDuration::from_hours(7));
    assert_eq!(is_in(&world, &secret).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_revoking_end_a_session_at_once() {
    let world = World::new().await;
    let (one, two) = (signed_in(&world).await, signed_in(&world).await);
    assert!(is_in(&world, &one).await.is_some());
    sessions::sign_out(&world.app, &one).await.unwrap();
    assert_eq!(is_in(&world, &one).await, None);
    let open = sessions::list(&world.app, &world.owner).await.unwrap();
    assert_eq!(open.len(), 1);
    sessions::revoke(&world.app, &world.owner, &open[0].id)
        .await
        .unwrap();
    assert_eq!(is_in(&world, &two).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_the_token_that_opened_it() {
    let world = World::new().await;
    let issued = tokens::create(&world.app, &world.owner, token(Role::Operator, Some(1)))
        .await
        .unwrap();
    let actor = tokens::authenticate(&world.app, &issued.secret)
        .await
        .unwrap()
        .unwrap();
    let open = || async {
        let link = sessions::link(&world.app, &actor).await.unwrap();
        sessions::claim(&world.app, &link.code)
            .await
            .unwrap()
            .unwrap()
            .secret
    };
    let first = open().await;
    assert_eq!(is_in(&world, &first).await, Some(actor.clone()));
    world.clock.advance(SignedDuration::from_hours(7));
    assert!(is_in(&world, &first).await.is_some());
    tokens::revoke(&world.app, &world.owner, &issued.token.id)
        .await
        .unwrap();
    assert_eq!(is_in(&world, &first).await, None);
    // A link that was made before leads nowhere either.
    let second = open().await;
    assert_eq!(is_in(&world, &second).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_kept_as_it_is() {
    let world = World::new().await;
    let issued = tokens::create(&world.app, &world.owner, token(Role::Viewer, None))
        .await
        .unwrap();
    let session = signed_in(&world).await;
    let link = sessions::link(&world.app, &world.owner).await.unwrap();
    for entry in std::fs::read_dir(world.folder()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in [&issued.secret, &session, &link.code] {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "a secret stands in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_says_who_made_which_token() {
    let world = World::new().await;
    tokens::create(&world.app, &world.owner, token(Role::Viewer, None))
        .await
        .unwrap();
    let trail = audit::list(&world.app, &world.owner, &PageRequest::default())
        .await
        .unwrap();
    let line = &trail.items[0];
    assert_eq!(
        (line.who.as_str(), line.what.as_str(), line.object.as_str()),
        ("olga", "token.create", "wallboard")
    );
}
