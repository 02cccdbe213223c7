//! The registration of operations: with the server, and in the OpenAPI document.

use actix_web::{Route, dev::HttpServiceFactory, web::ServiceConfig};
use utoipa::openapi::{Components, OpenApi, Paths, RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// Registers the operations below one path.
///
/// `utoipa_actix_web` collects what they declare whenever they are registered. Every worker of the
/// server registers them, and only the document needs it: it is most of the work.
pub(crate) struct Routes<'a> {
    server: &'a mut ServiceConfig,
    declared: Option<&'a mut Declared>,
}

/// Registers the operations of one part of the API.
pub(crate) type Register = fn(&mut Routes<'_>);

/// What operations declare of themselves.
#[derive(Default)]
pub(crate) struct Declared {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl<'a> Routes<'a> {
    /// With the server.
    pub(crate) const fn of(server: &'a mut ServiceConfig) -> Self {
        Self { server, declared: None }
    }

    /// Also with the document.
    pub(crate) const fn declaring(
        server: &'a mut ServiceConfig,
        declared: &'a mut Declared,
    ) -> Self {
        Self { server, declared: Some(declared) }
    }

    /// Registers an operation.
    pub(crate) fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        if let Some(declared) = &mut self.declared {
            declared.paths.merge(operation.paths());
            operation.schemas(&mut declared.schemas);
        }
        self.server.service(operation);
        self
    }

    /// Registers several operations.
    pub(crate) fn configure(&mut self, routes: impl FnOnce(&mut Self)) -> &mut Self {
        routes(self);
        self
    }

    /// Registers what the document leaves out.
    pub(crate) fn route(&mut self, path: &str, route: Route) -> &mut Self {
        self.server.route(path, route);
        self
    }
}

impl Declared {
    /// Adds all of it to the document, below a path.
    pub(crate) fn add_to(self, document: &mut OpenApi, prefix: &str) {
        let mut paths = Paths::new();
        for (path, item) in self.paths.paths {
            paths.paths.insert(format!("{prefix}{path}"), item);
        }
        document.paths.merge(paths);
        let components = document.components.get_or_insert_with(Components::new);
        components.schemas.extend(self.schemas);
    }
}
