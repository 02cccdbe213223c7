# `./justw` runs these without just being installed. Arguments go on: `./justw dev --help`.

set positional-arguments

nextest_version := "0.9.143"

# List the recipes
[private]
default:
    @{{ just_executable() }} --justfile '{{ justfile() }}' --list --unsorted

# plinth-render, which renders invoices, is looked for beside plinth.
# Run API and console on :8080 with a private PostgreSQL, migrated and seeded; Ctrl-C stops both
[continue]
[no-exit-message]
dev *arguments:
    @scripts/console/build --or-without
    @cargo build --locked -p plinth-cli -p plinth-render
    @exec scripts/with-postgres "${CARGO_TARGET_DIR:-target}/debug/plinth" dev "$@"

# Run every test, on servers (PostgreSQL, Redis, S3) of the tests' own; arguments go to cargo nextest
[no-exit-message]
test *arguments: nextest
    #!/bin/sh
    set -eu
    # Doc tests build the same things with the same features, so that nothing is built twice.
    cargo test --workspace --locked --doc
    # nextest's summary is the last thing printed.
    exec scripts/nextest "$@"

# Run the tests of the inner loop: none that starts programs or does a large amount of work
[no-exit-message]
quick *arguments: nextest
    @exec scripts/nextest --profile quick "$@"

# Check formatting, clippy with every warning an error, and with Node the OpenAPI document, clients and console
[no-exit-message]
lint:
    #!/bin/sh
    set -eu
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    if command -v npm >/dev/null; then
        scripts/openapi-lint/run
        scripts/openapi-clients/run
        exec scripts/console/check
    fi
    echo "==> docs/openapi.json and the console are not checked: npm is not on PATH"

# Lint docs/openapi.json, and compile clients generated from it (Python 3.11)
[no-exit-message]
lint-openapi:
    @scripts/openapi-lint/run
    @exec scripts/openapi-clients/run

# Test a real API by docs/openapi.json: generated clients, then schemathesis: ./justw fuzz-api --seed 7
[no-exit-message]
fuzz-api *arguments:
    @exec scripts/fuzz-api/run "$@"

# Run tus-js-client, Chromium and requests-cache against a real API (Python 3.11)
[no-exit-message]
clients:
    @exec scripts/clients/run

# Test the packages in clients/, and take README's tour with each against a real API (Python 3.11)
[no-exit-message]
test-clients:
    @exec clients/run

# Run OpenAI's libraries against the gateway of a real API (Python 3.11)
[no-exit-message]
openai-sdks:
    @exec scripts/openai-sdks/run

# Validate written e-invoices by the schemas and rules of EN 16931, with factur-x (Python 3.11)
[no-exit-message]
e-invoices:
    @exec scripts/e-invoices/run

# Run the tests of the agents sidecar (Python 3.11): ./justw test-agents -k cancel
[no-exit-message]
test-agents *arguments:
    @exec scripts/agents --test "$@"

# Run the tests of the schema and of the store on PostgreSQL 16 (Linux x86_64)
[no-exit-message]
test-postgres-16 *arguments: nextest
    @exec scripts/postgres-16/run "$@"

# Build the console and the API reference for the next build of plinth (fetches Node if it has to)
[no-exit-message]
console:
    @exec scripts/console/build

# Check the console's types and logic, and every screen in Debian's Chromium against a real API
[no-exit-message]
test-console *arguments:
    @exec scripts/console/test "$@"

# Format the code
fmt:
    cargo fmt --all

# Apply the migrations that the database lacks
[no-exit-message]
migrate *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- migrate up "$@"

# Undo the newest migration
[no-exit-message]
rollback *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- migrate down "$@"

# Put demo data into the database
[no-exit-message]
seed *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- seed "$@"

# Write a new record: ./justw new record tender title:text value:money project:ref
[no-exit-message]
new *arguments:
    #!/bin/sh
    set -eu
    cargo run --locked -q -p plinth-generator -- "$@"
    case " $* " in *" --help "*) exit ;; esac
    {{ just_executable() }} --justfile '{{ justfile() }}' openapi

# Write docs/openapi.json from the code
openapi:
    #!/bin/sh
    set -eu
    # By way of a second file, so that a failed build leaves the first one as it was.
    cargo run --locked -q -p plinth-cli -- openapi >docs/openapi.json.new
    mv docs/openapi.json.new docs/openapi.json

# Write into docs what comes from the code: the settings, and the picture of the crates
docs:
    UPDATE=1 cargo test --locked -q -p plinth-settings --test settings reference
    UPDATE=1 cargo test --locked -q -p plinth-bootstrap --test bootstrap picture

# Check every setting and dependency, and say what to do about what is wrong
[no-exit-message]
doctor *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- doctor "$@"

# Print events as they happen: ./justw watch --token "$TOKEN" --topic documents
[no-exit-message]
watch *arguments:
    @exec cargo run --locked -q -p plinth-cli -- watch "$@"

# Compare the object storage with the database: ./justw storage verify --repair
[no-exit-message]
storage *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- storage "$@"

# Verify that the audit log is as it was written: ./justw audit verify
[no-exit-message]
audit *arguments:
    @exec scripts/with-postgres cargo run --locked -q -p plinth-cli -- audit "$@"

# Measure requests/s, latency, CPU and memory beside pgbench (release build): ./justw bench business, ./justw bench simulate
[no-exit-message]
bench *arguments:
    #!/bin/sh
    set -eu
    # Both at once, so that both are built with the same features.
    cargo build --release --locked -p plinth-api -p plinth-worker -p plinth-render -p plinth-bench
    exec scripts/with-postgres "${CARGO_TARGET_DIR:-target}/release/plinth-bench" "$@"

# Run everything on Docker instead: PostgreSQL, Redis, S3 storage, API and worker, migrated
[no-exit-message]
up *arguments:
    #!/bin/sh
    set -eu
    docker compose up --build --detach --wait "$@"
    api=http://$(docker compose port api 8080)
    cat <<END

    Plinth runs on Docker.

      Console     $api/console/
      API         $api/api/v1
      Reference   $api/docs
      Health      $api/healthz
      Storage     http://$(docker compose port storage 8333)

      docker compose run --rm migrate seed      puts demo data in
      docker compose logs --follow api worker   what they say
      ./justw down                              stops it; --volumes removes the data, too
    END

# Stop what `up` started; its data stays, unless --volumes is given
[no-exit-message]
down *arguments:
    @docker compose down "$@"

# Check workflows, containers, chart, Terraform and dashboards with pinned tools, without an engine
[no-exit-message]
check-deploy:
    @exec scripts/deploy-checks/run

# Prove the stack on a Docker engine of its own (root), then rolling-restart and old-programs
[no-exit-message]
prove-deploy:
    #!/bin/sh
    set -eu
    scripts/prove-deploy/run
    scripts/rolling-restart/run
    exec scripts/old-programs/run

# Restart two APIs and two workers behind HAProxy under load: ./justw rolling-restart --restarts 4
[no-exit-message]
rolling-restart *arguments:
    @exec scripts/rolling-restart/run "$@"

# Run the version before on this schema, and replace it under load: ./justw old-programs v1.2.0
[no-exit-message]
old-programs *arguments:
    @exec scripts/old-programs/run "$@"

# Deploy IMAGE and AGENTS_IMAGE to staging or production: ./justw deploy staging --dry-run
[no-exit-message]
deploy *arguments:
    @exec scripts/deploy "$@"

# Execute the commands of docs/runbooks on an installation of its own: ./justw runbooks dead-letters
[no-exit-message]
runbooks *arguments:
    @exec scripts/runbooks/run "$@"

# Back up, restore and go back to a point in time, and verify chains and files
[no-exit-message]
prove-restore:
    @exec scripts/prove-restore

# Remove target and .local with the private databases; never data behind DATABASE_URL
clean:
    @scripts/clean

# Install cargo-nextest into .local/bin unless it is on PATH
[private]
nextest:
    #!/bin/sh
    set -eu
    PATH=$PATH:$PWD/.local/bin
    if ! cargo nextest --version >/dev/null 2>&1; then
        echo "==> cargo-nextest is not on PATH: building {{ nextest_version }} into .local/bin (some minutes, once)"
        cargo install --locked --root .local "cargo-nextest@{{ nextest_version }}"
    fi
