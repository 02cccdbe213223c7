/// Runs each test body on the memory adapters and on PostgreSQL: one suite,
/// two combinations. Options other than the usual ones stand in front.
macro_rules! on_both_stores {
    ($($name:ident,)+) => { on_both_stores! { $crate::support::Options::default(); $($name,)+ } };
    ($options:expr; $($name:ident,)+) => {
        mod on_memory {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                let app = TestApp::memory($options).await;
                super::$name(&app).await;
                app.stop().await;
            })+
        }
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
