use opentelemetry::global;
use plinth_application::Application;

/// Reports the background work that was dropped, when metrics are collected.
pub(crate) fn observe(application: &Application) {
    let dropped = application.dropped_background_work();
    global::meter("plinth-application")
        .u64_observable_counter("plinth.background.dropped")
        .with_unit("{task}")
        .with_description("Background work that was dropped, because too much was waiting.")
        .with_callback(move |observer| observer.observe(dropped(), &[]))
        .build();
}
