-- Makes the database, the login that migrates, and the extensions. Run it once with psql, as the login
-- that the provider of the server hands out, connected to any database; a second run changes nothing
-- but the password:
--
--     psql "$PROVIDER_URL" --no-psqlrc --file deploy/postgres/prepare.sql
--
-- ADMIN_PASSWORD is in the environment, so that no list of processes shows it. Other names:
-- --set database=plinth_eu --set admin=plinth_eu_admin

\set ON_ERROR_STOP on
\if :{?database}
\else
    \set database plinth
\endif
\if :{?admin}
\else
    \set admin plinth_admin
\endif
\getenv password ADMIN_PASSWORD
\if :{?password}
\else
    DO $$ BEGIN RAISE 'ADMIN_PASSWORD is not set'; END $$;
\endif
SET client_min_messages = warning;

-- CREATEROLE: migrations make the roles of the application, of the owner and for backups. It is no
-- superuser, and row level security binds it like every other login.
SELECT format('CREATE ROLE %I LOGIN CREATEROLE', :'admin')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'admin') \gexec
-- A server with log_statement = ddl would log it: change the password with \password there.
ALTER ROLE :"admin" PASSWORD :'password';

-- With BYPASSRLS it makes a role for backups that no policy binds. Only a superuser, and from
-- PostgreSQL 16 on a login with BYPASSRLS, may grant it; without it, the role for backups has policies.
SELECT format('ALTER ROLE %I BYPASSRLS', :'admin') FROM pg_roles
    WHERE rolname = current_user AND (rolsuper OR rolbypassrls AND current_setting('server_version_num')::int >= 160000)
\gexec

-- Who is not a superuser gives a database only to a role that it can become.
SELECT format('GRANT %I TO CURRENT_USER', :'admin') FROM pg_roles WHERE rolname = current_user AND NOT rolsuper \gexec
SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8''', :'database', :'admin')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

\connect :"database"
SET client_min_messages = warning;
-- No other login of the server gets in.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \gexec
-- pgvector is not trusted everywhere: then only a superuser, or the provider's login, may create it.
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
-- Migrations grant on this schema. From PostgreSQL 15 on it belongs to the owner of the database.
SELECT format('GRANT ALL ON SCHEMA public TO %I WITH GRANT OPTION', :'admin') \gexec
