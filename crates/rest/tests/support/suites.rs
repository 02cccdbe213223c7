/// Runs each test body on the memory adapters and on PostgreSQL: one suite,
/// two combinations.
#[macro_export]
macro_rules! on_both_stores {
    ($($name:ident,)+) => {
        mod on_memory {
            $(#[tokio::test]
            async fn $name() {
                let app = super::support::TestApp::memory(Default::default()).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let app = super::support::TestApp::postgres(Default::default()).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
    };
}
