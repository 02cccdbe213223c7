use std::{net::TcpListener, time::Duration};

use actix_web::{
    App, HttpServer,
    middleware::from_fn,
    web::{self, Data},
};
use plinth_application::Application;
use tokio_util::sync::CancellationToken;

use super::{methods, register};
use crate::{
    config::{Config, OperatorKeys},
    methods::Known,
    middleware, routes,
    shutdown::BodyDeadlines,
};

/// How many connections are open at once: operators are few.
const CONNECTIONS: usize = 100;

/// How long the end of a connection may take.
const DISCONNECT: Duration = Duration::from_secs(1);

/// Serves the API of operators until `stop` is cancelled, and returns when all running requests have
/// their responses, or the shutdown deadline has passed.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    application: Application,
    config: Config,
    keys: OperatorKeys,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let bodies = BodyDeadlines::default();
    let (deadlines, drained) = (bodies.clone(), config.shutdown_deadline);
    let (header_timeout, keep_alive) = (config.header_timeout, config.keep_alive);
    let known = Data::new(Known::new(methods));
    let (app, keys) = (Data::new(application), Data::new(keys));
    let (config, bodies) = (Data::new(config), Data::new(bodies));
    let server = HttpServer::new(move || {
        App::new()
            .configure(register)
            .app_data(app.clone())
            .app_data(config.clone())
            .app_data(keys.clone())
            .app_data(known.clone())
            .app_data(bodies.clone())
            .default_service(web::to(routes::unknown))
            .wrap(from_fn(middleware::admit_operator))
            .wrap(from_fn(middleware::track))
    });
    let server = server
        .workers(1)
        .max_connections(CONNECTIONS)
        .keep_alive(keep_alive)
        .client_request_timeout(header_timeout)
        .client_disconnect_timeout(DISCONNECT)
        .shutdown_timeout(drained.as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    tokio::spawn(async move {
        stop.cancelled().await;
        deadlines.begin(drained);
        handle.stop(true).await;
    });
    server.await
}
