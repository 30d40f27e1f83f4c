//! An address with who may use it: the router and its description, grown together.

use avops_app::Permission;
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, any, on};

use crate::described::{Described, Schemas, Shape};
use crate::{Door, auth, repeated};

/// Who may use an address. Finer rules (whose run, which step) are the operation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody who reaches the server.
    Open,
    /// Whoever signs the message by the secret of this very address; the operation proves it.
    Signed,
    /// Whoever has this permission.
    Needs(Permission),
}

/// An address as the API description shows it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) summary: &'static str,
    /// Whether a repetition under the same `Idempotency-Key` gets the first answer again.
    pub(crate) once: bool,
    /// Says what it takes and gives.
    pub(crate) shape: fn(&mut Schemas) -> Shape,
}

/// Router and description, grown together.
pub(crate) struct Routes<'d> {
    door: &'d Door,
    router: Router<Door>,
    operations: Vec<Operation>,
}

impl<'d> Routes<'d> {
    pub(crate) fn new(door: &'d Door) -> Self {
        Self {
            door,
            router: Router::new(),
            operations: Vec::new(),
        }
    }

    /// The door that all of it is of.
    pub(crate) fn door(&self) -> &'d Door {
        self.door
    }

    pub(crate) fn into_parts(self) -> (Router<Door>, Vec<Operation>) {
        (self.router, self.operations)
    }

    pub(crate) fn get<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.add(
            MethodFilter::GET,
            Operation {
                method: Method::GET,
                path,
                access,
                summary,
                once: false,
                shape: H::shape,
            },
            handler,
        )
    }

    pub(crate) fn post<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.add(
            MethodFilter::POST,
            Operation {
                method: Method::POST,
                path,
                access,
                summary,
                once: false,
                shape: H::shape,
            },
            handler,
        )
    }

    /// A POST that changes something and is no run: a repetition under the same `Idempotency-Key` gets the first
    /// answer again and does nothing. Runs keep their keys in their own journal.
    pub(crate) fn post_once<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        let once = from_fn_with_state(self.door.clone(), repeated::answer);
        let operation = Operation {
            method: Method::POST,
            path,
            access,
            summary,
            once: true,
            shape: H::shape,
        };
        self.add(MethodFilter::POST, operation, handler.layer(once))
    }

    pub(crate) fn put<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.add(
            MethodFilter::PUT,
            Operation {
                method: Method::PUT,
                path,
                access,
                summary,
                once: false,
                shape: H::shape,
            },
            handler,
        )
    }

    pub(crate) fn patch<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.add(
            MethodFilter::PATCH,
            Operation {
                method: Method::PATCH,
                path,
                access,
                summary,
                once: false,
                shape: H::shape,
            },
            handler,
        )
    }

    pub(crate) fn delete<H: Handler<T, Door> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        self.add(
            MethodFilter::DELETE,
            Operation {
                method: Method::DELETE,
                path,
                access,
                summary,
                once: false,
                shape: H::shape,
            },
            handler,
        )
    }

    fn add<H: Handler<T, Door>, T: 'static>(
        mut self,
        filter: MethodFilter,
        operation: Operation,
        handler: H,
    ) -> Self {
        let route = self.guarded(on(filter, handler), operation.access);
        self.router = self.router.route(operation.path, route);
        self.operations.push(operation);
        self
    }

    /// An address with a protocol of its own, which is described there and not here. It is asked with any method.
    pub(crate) fn any<H: Handler<T, Door>, T: 'static>(
        mut self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        let route = self.guarded(any(handler), access);
        self.router = self.router.route(path, route);
        self
    }

    fn guarded(&self, route: MethodRouter<Door>, access: Access) -> MethodRouter<Door> {
        let Access::Needs(permission) = access else {
            return route;
        };
        let may = from_fn_with_state((self.door.clone(), permission), auth::allow);
        let known = from_fn_with_state(self.door.clone(), auth::require);
        route.layer(may).layer(known)
    }
}
