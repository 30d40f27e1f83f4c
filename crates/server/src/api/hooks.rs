//! Signed messages from outside, and the addresses at which they come.

use avops_app::hooks::{self, Delivery, HEADERS, IssuedSecret, NewSecret, Parcel, Reply};
use avops_app::{Page, PageRequest};
use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use serde_json::json;

use crate::Door;
use crate::auth::By;
use crate::body::{Asked, Body, whole};
use crate::described::{Schemas, Shape, Takes};
use crate::error::Problem;

/// A message with its raw bytes, which are what was signed.
pub(crate) struct Signed(Parcel);

impl<S: Send + Sync> FromRequest<S> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = |name: &'static str| {
            let mut all = parts.headers.get_all(name).iter();
            // Of a field that came twice nobody knows which one was meant.
            let value = all.next().filter(|_| all.next().is_none())?;
            Some((name, value.to_str().ok()?.to_owned()))
        };
        Ok(Self(Parcel {
            headers: HEADERS.into_iter().filter_map(text).collect(),
            body: whole(body).await?.to_vec(),
        }))
    }
}

impl Takes for Signed {
    fn take(_: &mut Schemas, shape: &mut Shape) {
        shape.body = Some(json!({
            "description": "The message as its sender signed it: any JSON, and from Slack also a form.",
        }));
    }
}

pub(crate) async fn receive(
    State(door): State<Door>,
    Path(hook): Path<String>,
    Signed(parcel): Signed,
) -> Result<Json<Reply>, Problem> {
    Ok(Json(hooks::receive(&door.app, &hook, &parcel).await?))
}

pub(crate) async fn secret(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
    Body(new): Body<NewSecret>,
) -> Result<Json<IssuedSecret>, Problem> {
    let issued = hooks::renew_secret(&door.app, &by, &workflow, new).await?;
    Ok(Json(issued))
}

pub(crate) async fn deliveries(
    State(door): State<Door>,
    By(by): By,
    Path(workflow): Path<String>,
    Asked(page): Asked<PageRequest>,
) -> Result<Json<Page<Delivery>>, Problem> {
    let found = hooks::deliveries(&door.app, &by, &workflow, &page).await?;
    Ok(Json(found))
}
