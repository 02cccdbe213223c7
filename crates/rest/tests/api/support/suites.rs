/// Runs each test body on an API with a separate PostgreSQL database. Options that differ from the
/// default come first.
macro_rules! on_postgres {
    ($($name:ident,)+) => {
        on_postgres! { $crate::support::Options::default(); $($name,)+ }
    };
    ($options:expr; $($name:ident,)+) => {
        mod on_postgres {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                let app = TestApp::postgres($options).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
    };
}

/// Runs test bodies of other modules on the adapters in memory.
macro_rules! on_memory {
    ($($module:ident::$name:ident,)+) => {
        $(#[tokio::test]
        async fn $name() {
            let app = $crate::support::TestApp::memory($crate::support::Options::default()).await;
            $crate::$module::$name(&app).await;
            app.stop().await;
        })+
    };
}
