//! Requests under a key: begun once, answered once.

use avops_app::answers::{self, Answer};
use avops_app::{Actor, Error};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_and_never_answered_is_not_done_again() {
    let world = World::new().await;
    let (app, by) = (&world.app, &Actor::owner("ann"));
    assert_eq!(answers::begin(app, by, "k", "POST a").await.unwrap(), None);
    // As after a crash: the same request again, and no answer is there.
    let refused = answers::begin(app, by, "k", "POST a").await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
    assert!(refused.hint().unwrap().contains("another key"), "{refused}");
    let other = answers::begin(app, by, "k2", "POST a").await.unwrap();
    assert_eq!(other, None, "another key is another request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_given_again_with_its_fields_and_what_was_not_done_is_forgotten() {
    let world = World::new().await;
    let (app, by) = (&world.app, &Actor::owner("ann"));
    let answer = Answer {
        status: 201,
        fields: [("etag".to_owned(), "\"ab\"".to_owned())].into(),
        body: "{}".to_owned(),
    };
    assert_eq!(answers::begin(app, by, "k", "POST a").await.unwrap(), None);
    answers::forget(app, by, "k").await.unwrap();
    assert_eq!(answers::begin(app, by, "k", "POST a").await.unwrap(), None);
    answers::keep(app, by, "k", &answer).await.unwrap();
    let again = answers::begin(app, by, "k", "POST a").await.unwrap();
    assert_eq!(again, Some(answer));
    let reused = answers::begin(app, by, "k", "POST b").await.unwrap_err();
    assert!(matches!(reused, Error::Conflict { .. }), "{reused}");
}
