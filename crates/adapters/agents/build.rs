//! Makes the code of the sidecar's protocol from its proto, without protoc.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let include = "../../../agents/proto";
    let file = "plinth/agent/v1/agent.proto";
    println!("cargo:rerun-if-changed={include}/{file}");
    let files = protox::compile([file], [include])?;
    tonic_prost_build::configure()
        .build_server(false)
        .build_transport(false)
        // They hold the key of the run.
        .skip_debug(["plinth.agent.v1.Access", "plinth.agent.v1.RunRequest"])
        .compile_fds(files)?;
    Ok(())
}
