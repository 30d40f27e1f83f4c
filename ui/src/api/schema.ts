// Made from /openapi.json by `npm run schema`; changes by hand are lost.

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** States that the process runs */
        get: operations["get_health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** States that it can take work */
        get: operations["get_health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page behind a sign-in link */
        get: operations["get_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its script */
        get: operations["get_sign_in_js"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trades a one-time code for a session */
        post: operations["post_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session */
        post: operations["post_sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This description as a page
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks, what they may, and in which mode the workspace is
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists tokens
         * @description Needs: tokens and sessions of others, the audit trail.
         */
        get: operations["get_tokens"];
        put?: never;
        /**
         * Makes a token
         * @description Needs: tokens and sessions of others, the audit trail.
         */
        post: operations["post_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revokes a token
         * @description Needs: tokens and sessions of others, the audit trail.
         */
        delete: operations["delete_tokens_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists browser sessions
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a browser session
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        delete: operations["delete_sessions_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a one-time sign-in link for oneself
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        post: operations["post_sign_in_links"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The trail of who changed what
         * @description Needs: tokens and sessions of others, the audit trail.
         */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings with their sources
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes settings
         * @description Needs: change settings, seed the workspace.
         */
        patch: operations["patch_settings"];
        trace?: never;
    };
    "/api/v1/settings/provider/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries a provider of language models
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_settings_provider_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/notices/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a test notice to a Slack channel
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_settings_notices_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/providers/{provider}/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the models of a provider
         * @description Needs: change settings, seed the workspace.
         */
        get: operations["get_settings_providers_provider_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the calendars: days on which runs change nothing
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_calendars"];
        /**
         * Keeps a calendar, in the place of the one with its name
         * @description Needs: change settings, seed the workspace.
         */
        put: operations["put_calendars"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{calendar}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a calendar
         * @description Needs: change settings, seed the workspace.
         */
        delete: operations["delete_calendars_calendar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is missing
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_setup"];
        put?: never;
        /**
         * Creates what is missing; safe to repeat
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes all agents, recipes and added tools; runs stay
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_setup_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup/baseline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What incidents cost by hand, and what runs did
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_setup_baseline"];
        /**
         * Keeps what incidents cost by hand
         * @description Needs: change settings, seed the workspace.
         */
        put: operations["put_setup_baseline"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/support/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a ZIP file for whoever helps: version, settings with their sources, health, recent failures, log; no secrets
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_support_bundle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a backup in the data folder, checked and read back
         * @description Needs: change settings, seed the workspace.
         */
        post: operations["post_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the backups in the data folder, newest first
         * @description Needs: change settings, seed the workspace.
         */
        get: operations["get_backups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{backup}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a backup as a file
         * @description Needs: change settings, seed the workspace.
         */
        get: operations["get_backups_backup"];
        put?: never;
        post?: never;
        /**
         * Removes a backup
         * @description Needs: change settings, seed the workspace.
         */
        delete: operations["delete_backups_backup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answers plain words or carries a command out, in a conversation
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        post: operations["post_chat_messages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answers as /api/v1/chat/messages does, as server-sent events while the answer is being written
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        post: operations["post_chat_stream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the commands with what they take
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_chat_commands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists your conversations
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_chat_threads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat/threads/{thread}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a conversation
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_chat_threads_thread"];
        put?: never;
        post?: never;
        /**
         * Removes one of your conversations
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        delete: operations["delete_chat_threads_thread"];
        options?: never;
        head?: never;
        /**
         * Renames one of your conversations, puts it out of the way or back
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        patch: operations["patch_chat_threads_thread"];
        trace?: never;
    };
    "/api/v1/chat/threads/{thread}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was said in a conversation, newest first
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_chat_threads_thread_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manual": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The manual's table of contents
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_manual"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manual/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks for words in the manual
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_manual_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manual/{page}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a page of the manual
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_manual_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists agents
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_agents"];
        put?: never;
        /**
         * Creates an agent
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_agents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives an agent
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_agents_agent"];
        put?: never;
        post?: never;
        /**
         * Removes an agent
         * @description Needs: write and validate recipes, define agents.
         */
        delete: operations["delete_agents_agent"];
        options?: never;
        head?: never;
        /**
         * Changes an agent
         * @description Needs: write and validate recipes, define agents.
         */
        patch: operations["patch_agents_agent"];
        trace?: never;
    };
    "/api/v1/agents/{agent}/reach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says what an agent may touch
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_agents_agent_reach"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists recipes
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes"];
        put?: never;
        /**
         * Saves a new recipe
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_recipes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks a text; never has an effect
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_recipes_validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * JSON Schema of a recipe, for editors
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/scaffold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A recipe to start from
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_scaffold"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a recipe at its newest version
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe"];
        /**
         * Saves a recipe; a changed text makes the next version
         * @description Needs: write and validate recipes, define agents.
         */
        put: operations["put_recipes_recipe"];
        post?: never;
        /**
         * Removes a recipe
         * @description Needs: write and validate recipes, define agents.
         */
        delete: operations["delete_recipes_recipe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists its versions
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives one version
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe_versions_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compares two versions
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/promotion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The four promotion criteria as measured
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe_promotion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a version one stage up: from draft to supervised to promoted
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_recipes_recipe_promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/demote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a recipe one stage down
         * @description Needs: run with simulated tools.
         */
        post: operations["post_recipes_recipe_demote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives its tests
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipes_recipe_tests"];
        /**
         * Saves its tests
         * @description Needs: write and validate recipes, define agents.
         */
        put: operations["put_recipes_recipe_tests"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipes/{recipe}/tests/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Runs its tests, each in a simulated campus of its own; changes nothing
         * @description Needs: run with simulated tools.
         */
        post: operations["post_recipes_recipe_tests_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Drafts a test of the recipe out of a run that has ended
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run_test"];
        put?: never;
        /**
         * Adds the draft of a test to the tests of the recipe
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_runs_run_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recipe-folder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the recipes stand in their folder and its git repository
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_recipe_folder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agents, recipes and workflows as one ZIP
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes agents, recipes and workflows out of a ZIP or single files
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/diagnostics/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The manual page of a diagnostic
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_diagnostics_code"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sop/convert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drafts a recipe out of a procedure in words; never has an effect
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_sop_convert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sop/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drafts a recipe out of a procedure and scores the draft against expectations; never has an effect
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_sop_score"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists runs, newest first or as sorted
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs"];
        put?: never;
        /**
         * Starts a run; 202 once it is durable
         * @description Needs: run with simulated tools.
         */
        post: operations["post_runs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels, pauses, resumes or repeats many runs; says for each what became of it
         * @description Needs: run with simulated tools.
         */
        post: operations["post_runs_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a run with its steps and artifacts
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/artifacts/{artifact}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives what an artifact holds, as a file
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run_artifacts_artifact_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Its journal as server-sent events
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tells a run what a person says
         * @description Needs: run with simulated tools.
         */
        post: operations["post_runs_run_signals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Runs it again, from the start or from a later step
         * @description Needs: run with simulated tools.
         */
        post: operations["post_runs_run_rerun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/rerun/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says what running it again would do; has no effect
         * @description Needs: run with simulated tools.
         */
        post: operations["post_runs_run_rerun_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compares it with another run, step by step
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/article": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Drafts a knowledge article about a run that has ended
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_runs_run_article"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which runs changed, as server-sent events
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that waits for a person
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_inbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbox/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answers several waits, each by itself; says of each whether it counts
         * @description Needs: run with simulated tools.
         */
        post: operations["post_inbox_answers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures, trend, recent runs
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists workflows by name
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_workflows"];
        put?: never;
        /**
         * Creates a workflow
         * @description Needs: write and validate recipes, define agents.
         */
        post: operations["post_workflows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says when a trigger would start a workflow; never has an effect
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        post: operations["post_workflows_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a workflow
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_workflows_workflow"];
        put?: never;
        post?: never;
        /**
         * Removes a workflow; its runs stay
         * @description Needs: write and validate recipes, define agents.
         */
        delete: operations["delete_workflows_workflow"];
        options?: never;
        head?: never;
        /**
         * Changes a workflow, switches it on or off
         * @description Needs: run with simulated tools.
         */
        patch: operations["patch_workflows_workflow"];
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/occurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of its due times, newest first
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_workflows_workflow_occurrences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a workflow now; 202 once the run is durable
         * @description Needs: run with simulated tools.
         */
        post: operations["post_workflows_workflow_runs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduler/tick": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks at the schedules now and starts what is due
         * @description Needs: run with simulated tools.
         */
        post: operations["post_scheduler_tick"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{hook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a signed message, which starts the workflow of this address; a repetition starts nothing
         * @description Needs: a signature by the secret of the address, in the header fields of Standard Webhooks, GitHub, Slack or Zoom.
         */
        post: operations["post_hooks_hook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes or sets the secret by which messages are signed; one made here is shown this once
         * @description Needs: switch on workflows that start by themselves.
         */
        post: operations["post_workflows_workflow_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The messages that came for it and what became of them, newest first
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_workflows_workflow_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists tools with their health
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_tools"];
        put?: never;
        /**
         * Adds an HTTP connector or an MCP server
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_tools"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks all tools how they feel
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        post: operations["post_tools_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calls an action: tool, action, args
         * @description Needs: run with simulated tools.
         */
        post: operations["post_tools_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{tool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a tool
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_tools_tool"];
        put?: never;
        post?: never;
        /**
         * Removes a connector that was added
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        delete: operations["delete_tools_tool"];
        options?: never;
        head?: never;
        /**
         * Changes a tool's settings, or a connector that was added
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        patch: operations["patch_tools_tool"];
        trace?: never;
    };
    "/api/v1/tools/{tool}/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks an MCP server what it offers, or a connector for its manifest
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_tools_tool_look"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{tool}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets tools of an MCP server be called, or turns them off
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_tools_tool_approvals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{tool}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Asks a tool how it feels
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_tools_tool_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connector-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the files in the folder of connectors, with what became of each
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_connector_files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connector-files/{file}/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets the MCP server of a file be reached as the file says
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_connector_files_file_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tool-settings/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Seals the settings of tools with a new key
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_tool_settings_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{tool}/actions/{action}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Calls an action
         * @description Needs: run with simulated tools.
         */
        post: operations["post_tools_tool_actions_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connectors/{tool}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Our tools as plain HTTP connectors
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_connectors_tool_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connectors/{tool}/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Our tools as plain HTTP connectors
         * @description Needs: run with simulated tools.
         */
        post: operations["post_connectors_tool_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists rooms with their devices
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_rooms"];
        put?: never;
        /**
         * Registers a room
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_rooms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gives a room by id, name, alias or e-mail address
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_rooms_room"];
        /**
         * Describes a room anew
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        put: operations["put_rooms_room"];
        post?: never;
        /**
         * Takes a room out of the directory
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        delete: operations["delete_rooms_room"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists devices, also those that are in no room
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_devices"];
        put?: never;
        /**
         * Registers a device
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_devices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{device}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Describes a device anew
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        put: operations["put_devices_device"];
        post?: never;
        /**
         * Takes a device out of the directory
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        delete: operations["delete_devices_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/directory/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Writes rooms and devices as YAML or CSV
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_directory_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/directory/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads rooms and devices from YAML or CSV, or says what that would change
         * @description Needs: add, change and remove tools, call their actions directly.
         */
        post: operations["post_directory_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the simulated campus, and what can go wrong in it
         * @description Needs: see runs, figures, artifacts and the catalog.
         */
        get: operations["get_campus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campus/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switches a fault of the simulated campus on or off
         * @description Needs: run with simulated tools.
         */
        post: operations["post_campus_faults"];
        /**
         * Switches every fault of the simulated campus off
         * @description Needs: run with simulated tools.
         */
        delete: operations["delete_campus_faults"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The runbook's own body. */
        ActionBody: {
            /** @description Name of the tool. */
            tool: string;
            /** @description Name of the action. */
            action: string;
            /**
             * @description What the action takes.
             * @default null
             */
            args?: Json;
        };
        /** @description What a direct call gave. */
        ActionReply: {
            /** @description Whether the call succeeded. */
            ok: boolean;
            /** @description What the action gave. */
            result: Json;
            /** @description What it left behind. */
            artifacts: components["schemas"]["Artifact"][];
            /** @description Why not, where it failed. */
            error?: string | null;
            /** @description The run that records the call. */
            run_id: components["schemas"]["RunId"];
        };
        /** @description Something that a decision touches. */
        Affected: {
            /** @description `room`, `device`, `channel`, `record`. */
            kind: string;
            /** @description As the call or the input names it. */
            name: string;
        };
        /** @description A run that runs another one again. */
        AgainRun: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description Where it began: `start`, `failed`, `failed_items` or the key of a step. */
            from: string;
            /** @description Where it stands. */
            status: components["schemas"]["RunStatus"];
            /** @description Live, mock or dry. */
            mode: components["schemas"]["Mode"];
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            accepted_at: string;
        };
        /** @description An agent. */
        Agent: {
            /** @description Its id. */
            id: string;
            /** @description Unique without case. */
            name: string;
            /** @description `support`, `events` … */
            domain: string;
            /** @description What it is for. */
            description: string;
            /** @description Tools and `tool.action`s it may use; empty means all. */
            tools: string[];
            /** @description Attached recipes by name. */
            recipes: string[];
            /** @description Model for its agent steps and drafts: a name, or `provider:name`; the workspace's when absent. */
            model: string | null;
            /** @description Values for inputs of its runs that nobody gives, by name. */
            defaults: JsonObject;
            /** @description What its runs may do at most; of these and a recipe's guardrails the narrower wins. */
            guardrails: Json;
            /** @description Its latest run. */
            last_run: components["schemas"]["RunSummary"] | null;
            /** @description How its runs went. */
            stats: components["schemas"]["AgentStats"];
            /** @description Workflows that start it, by name. */
            workflows: string[];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was changed.
             */
            updated_at: string;
        };
        /** @description What to change about an agent; what is absent stays. */
        AgentChangeBody: {
            /** @description Unique without case. */
            name?: string | null;
            /** @description `support`, `events` … */
            domain?: string | null;
            /** @description What it is for. */
            description?: string | null;
            /** @description Tools and `tool.action`s it may use; empty means all. */
            tools?: string[] | null;
            /** @description Recipes to attach, by id or name; replaces all. */
            recipes?: string[] | null;
            /** @description Model for its agent steps and drafts: a name, or `provider:name`; empty for the workspace's. */
            model?: string | null;
            /** @description Values for inputs of its runs that nobody gives, by name; replaces all. */
            defaults?: JsonObject | null;
            /** @description What its runs may do at most; replaces all. */
            guardrails?: {
                /**
                 * Format: uint64
                 * @description Seconds for the whole run, waiting for people not counted; at most a day.
                 */
                timeout_s?: number | null;
                /**
                 * Format: uint32
                 * @description Most act calls in one run.
                 */
                max_actions?: number | null;
                /**
                 * Format: uint64
                 * @description Most model tokens in one run.
                 */
                max_tokens?: number | null;
                /** @description Tools and `tool.action`s that a language model may use in an agent step. */
                allow_tools?: string[] | null;
                /** @description Domains that may not be fetched, beside those of the recipe. */
                deny_domains?: string[];
                /** @description Every destructive act call asks first. */
                approve_destructive?: boolean;
                /** @description No recipe may switch off that a destructive call asks first whether somebody would be harmed. */
                do_no_harm?: boolean;
            } | null;
        };
        /** @description One bite of a list. */
        AgentPage: {
            /** @description Its items. */
            items: components["schemas"]["Agent"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description How the newest runs of an agent went. */
        AgentStats: {
            /**
             * Format: uint
             * @description How many finished runs the figures are made of: the newest, at most 100, without those that were cancelled.
             */
            runs: number;
            /**
             * Format: double
             * @description Share of them that succeeded, 0 to 1; absent without any.
             */
            success_rate: number | null;
        };
        /** @description What became of one answer. */
        AnswerResult: {
            /** @description The run. */
            run_id: components["schemas"]["RunId"];
            /** @description Whether it counts. */
            ok: boolean;
            /** @description Why it does not. */
            error: string | null;
            /** @description What to do about that. */
            hint: string | null;
        };
        /** @description What became of answers, in their order. */
        Answered: {
            /** @description One for each answer. */
            results: components["schemas"]["AnswerResult"][];
        };
        /** @description Answers to several waits. */
        AnswersBody: {
            /** @description One for each wait, at most 100. */
            answers: {
                /**
                 * Format: uuid
                 * @description The run that waits.
                 */
                run_id: string;
                /**
                 * @description The wait's `fingerprint`: when it asks for something else by now, the answer does not count.
                 * @default null
                 */
                fingerprint?: string | null;
                /** @description What is said, with the step in it. */
                signal: {
                    /** @constant */
                    kind: "answer";
                    /** @description Name to value. */
                    inputs: JsonObject;
                } | {
                    /** @constant */
                    kind: "approve";
                    /** @description The waiting step; may be left out when exactly one waits. */
                    step?: string | null;
                    /** @description Why. */
                    note?: string | null;
                } | {
                    /** @constant */
                    kind: "reject";
                    /** @description The waiting step; may be left out when exactly one waits. */
                    step?: string | null;
                    /** @description Why. */
                    note?: string | null;
                } | {
                    /** @constant */
                    kind: "request_changes";
                    /** @description The waiting step; may be left out when exactly one waits. */
                    step?: string | null;
                    /** @description What is to be different. */
                    note: string;
                } | {
                    /** @constant */
                    kind: "done";
                    /** @description The waiting step; may be left out when exactly one waits. */
                    step?: string | null;
                    /** @description What was done or seen. */
                    note?: string | null;
                    /** @description A photo or another proof. */
                    artifact?: {
                        /** @description `kb`, `message`, `webinar`, `incident`, `file`, `recipe`, `story`, `ticket`, `photo`, `report` … */
                        kind: string;
                        /** @description For people. */
                        title: string;
                        /**
                         * @description The other system's id.
                         * @default null
                         */
                        external_id?: string | null;
                        /**
                         * @description Where to look at it.
                         * @default null
                         */
                        url?: string | null;
                        /**
                         * @description The rest.
                         * @default null
                         */
                        data?: Json;
                    } | null;
                } | {
                    /** @constant */
                    kind: "resolve";
                    /** @description The waiting step; may be left out when exactly one waits. */
                    step?: string | null;
                    /** @description The answer. */
                    as: "happened" | "repeat" | "skip" | "fail";
                    /** @description Its result, when it happened. */
                    result?: Json;
                    /** @description Why. */
                    note?: string | null;
                } | {
                    /** @constant */
                    kind: "release";
                    /** @description What was looked at. */
                    note?: string | null;
                } | {
                    /** @constant */
                    kind: "pause";
                    /** @description Why. */
                    reason?: string | null;
                } | {
                    /** @constant */
                    kind: "resume";
                    /** @description Why, or what was looked at. */
                    note?: string | null;
                } | {
                    /** @constant */
                    kind: "cancel";
                    /** @description Why. */
                    reason?: string | null;
                };
            }[];
        };
        /** @description For which recipes a calendar holds. */
        Applies: "every_recipe" | "named";
        /** @description What somebody who manages tools has seen and lets be called. */
        ApprovalsBody: {
            /** @description By action; null turns one off. */
            actions: {
                [key: string]: {
                    /** @description The hash of what was seen. What is offered in another form by now is not approved. */
                    hash: string;
                    /**
                     * @description What it does to the world. When absent and the server's word is not taken: `write`, or `destructive` if the server
                     *     does not say otherwise.
                     * @default null
                     */
                    effect?: ("read" | "write" | "destructive") | null;
                    /**
                     * @description What a second call does; `once` when absent and the server's word is not taken.
                     * @default null
                     */
                    repeat?: ("safe" | "keyed" | "once") | null;
                } | null;
            };
            /**
             * @description Takes the server's word for what each does to the world and what a second call does, where nothing else is said.
             * @default false
             */
            accept_claims?: boolean;
        };
        /** @description Something a run left behind: a message, a ticket, a file. */
        Artifact: {
            /** @description `kb`, `message`, `webinar`, `incident`, `file`, `recipe`, `story`, `ticket`, `photo`, `report` … */
            kind: string;
            /** @description For people. */
            title: string;
            /**
             * @description The other system's id.
             * @default null
             */
            external_id: string | null;
            /**
             * @description Where to look at it.
             * @default null
             */
            url: string | null;
            /**
             * @description The rest.
             * @default null
             */
            data: Json;
        };
        /** @description What an artifact holds. */
        ArtifactContent: {
            /** @description Address at this installation that gives it. */
            href: string;
            /** @description What it is. */
            media_type: string;
            /**
             * Format: uint64
             * @description Its length in bytes, at most 20 MB.
             */
            bytes: number;
            /** @description SHA-256 of its bytes, in hexadecimal. */
            sha256: string;
        };
        /** @description An artifact of one of two runs. */
        ArtifactSide: {
            /** @description `RUN:NUMBER`. */
            id: string;
            /** @description Its id in the other system. */
            external_id: string | null;
            /** @description Where to look at it. */
            url: string | null;
        };
        /** @description Something that was guessed. */
        Assumption: {
            /**
             * Format: uint
             * @description The line that it was about.
             */
            line: number | null;
            /** @description What was assumed, and why. */
            text: string;
        };
        /** @description One line of the trail. */
        AuditLine: {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who, by name. */
            who: string;
            /** @description `recipe.save`, `settings.change` … */
            what: string;
            /** @description On which thing. */
            object: string;
            /** @description SHA-256 of the thing before, in hex. */
            before: string | null;
            /** @description SHA-256 of the thing after, in hex. */
            after: string | null;
            /** @description Why, where one was given; for a setting, what it was and what it became. */
            reason: string | null;
        };
        /** @description One bite of a list. */
        AuditLinePage: {
            /** @description Its items. */
            items: components["schemas"]["AuditLine"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A backup in the data folder. */
        Backup: {
            /** @description Its name: `avops-20261124T120000Z.db`. */
            name: string;
            /**
             * Format: uint64
             * @description Length of the file, in bytes.
             */
            bytes: number;
            /**
             * Format: date-time
             * @description When it was made, to the second.
             */
            made_at: string;
        };
        /** @description One bite of a list. */
        BackupPage: {
            /** @description Its items. */
            items: components["schemas"]["Backup"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description The figures of a week without automation. Numbers are finite and not negative. */
        Baseline: {
            /**
             * Format: double
             * @description Incidents a week; at most 100,000.
             */
            incidents_a_week: number;
            /**
             * Format: double
             * @description Minutes that a technician needs for one by hand; at most 10,000.
             */
            minutes_by_hand: number;
            /**
             * Format: double
             * @description What an hour of a technician costs; at most 1,000,000.
             */
            technician_hour: number;
            /**
             * Format: double
             * @description Share of the incidents that a recipe can take over, in percent, 0 to 100.
             */
            automated_percent: number;
            /**
             * Format: double
             * @description Meetings that one incident holds up; at most 1,000.
             */
            meetings_affected: number;
            /**
             * Format: double
             * @description People who wait in each of them; at most 10,000.
             */
            people_waiting: number;
            /**
             * Format: double
             * @description Minutes that they wait; at most 10,000.
             */
            minutes_waited: number;
            /**
             * Format: double
             * @description What an hour of one of them costs; at most 1,000,000.
             */
            person_hour: number;
            /** @description In what, for example `EUR`. */
            currency: string;
        };
        /** @description The figures of a week without automation. Numbers are finite and not negative. */
        BaselineBody: {
            /**
             * Format: double
             * @description Incidents a week; at most 100,000.
             */
            incidents_a_week: number;
            /**
             * Format: double
             * @description Minutes that a technician needs for one by hand; at most 10,000.
             */
            minutes_by_hand: number;
            /**
             * Format: double
             * @description What an hour of a technician costs; at most 1,000,000.
             */
            technician_hour: number;
            /**
             * Format: double
             * @description Share of the incidents that a recipe can take over, in percent, 0 to 100.
             */
            automated_percent: number;
            /**
             * Format: double
             * @description Meetings that one incident holds up; at most 1,000.
             */
            meetings_affected: number;
            /**
             * Format: double
             * @description People who wait in each of them; at most 10,000.
             */
            people_waiting: number;
            /**
             * Format: double
             * @description Minutes that they wait; at most 10,000.
             */
            minutes_waited: number;
            /**
             * Format: double
             * @description What an hour of one of them costs; at most 1,000,000.
             */
            person_hour: number;
            /** @description In what, for example `EUR`. */
            currency: string;
        };
        /** @description The estimate and the measurement that it can be compared with. */
        BaselineView: {
            /** @description What was saved; absent while nobody has. */
            baseline: components["schemas"]["Baseline"] | null;
            /**
             * Format: date-time
             * @description When it was saved.
             */
            updated_at: string | null;
            /** @description Who saved it. */
            updated_by: string | null;
            /** @description What runs did. */
            measured: components["schemas"]["Measured"];
        };
        /** @description What a fault befalls. */
        Befalls: "room" | "device" | "vendor";
        /** @description The width of a bar of the trend. */
        Bucket: "hour" | "day";
        /** @description What is asked of many runs. */
        BulkBody: {
            /** @description What to do with each. */
            action: "cancel" | "pause" | "resume" | "rerun";
            /** @description Which, 1 to 200; one named twice counts once. */
            runs: string[];
            /**
             * @description Why; kept with every run that is cancelled, paused or resumed.
             * @default null
             */
            reason?: string | null;
            /**
             * @description Where running again begins: `start` (as when absent), `failed` or `failed_items`.
             * @default null
             */
            from?: string | null;
        };
        /** @description What became of one. */
        BulkItem: {
            /** @description The run. */
            run: components["schemas"]["RunId"];
            /** @description The run that runs it again. */
            started: components["schemas"]["RunId"] | null;
            /** @description Why it refused; absent when it did as asked. */
            error: string | null;
        };
        /** @description What became of each. */
        BulkOutcome: {
            /**
             * Format: uint
             * @description How many did as asked.
             */
            done: number;
            /**
             * Format: uint
             * @description How many refused.
             */
            refused: number;
            /** @description Each, in the order asked. */
            items: components["schemas"]["BulkItem"][];
        };
        /** @description Days on which act changes nothing: a freeze, holidays, the week of an event. */
        Calendar: {
            /** @description Its name, unique without case. */
            name: string;
            /**
             * @description Whether it holds for every recipe, or only for those that name it.
             * @default every_recipe
             */
            applies: components["schemas"]["Applies"];
            /**
             * @description What is not done on its days.
             * @default destructive
             */
            closes: components["schemas"]["Closes"];
            /** @description Only for rooms on these sites; for all when empty. */
            sites?: string[];
            /** @description IANA time zone in which its days begin and end; that of the run's room when absent, UTC where nobody knows one. */
            time_zone?: string | null;
            /**
             * @description Its days.
             * @default []
             */
            days: components["schemas"]["ClosedDays"][];
        };
        /** @description Days on which act changes nothing: a freeze, holidays, the week of an event. */
        CalendarBody: {
            /** @description Its name, unique without case. */
            name: string;
            /**
             * @description Whether it holds for every recipe, or only for those that name it.
             * @default every_recipe
             */
            applies?: "every_recipe" | "named";
            /**
             * @description What is not done on its days.
             * @default destructive
             */
            closes?: "destructive" | "changes";
            /** @description Only for rooms on these sites; for all when empty. */
            sites?: string[];
            /** @description IANA time zone in which its days begin and end; that of the run's room when absent, UTC where nobody knows one. */
            time_zone?: string | null;
            /**
             * @description Its days.
             * @default []
             */
            days?: {
                /** @description Why: `Labour Day`, `commencement week`. */
                name: string;
                /** @description The first day. */
                from: string;
                /** @description The last day, itself included. */
                to: string;
            }[];
        };
        /** @description One bite of a list. */
        CalendarPage: {
            /** @description Its items. */
            items: components["schemas"]["Calendar"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description The simulated campus at this moment. */
        CampusState: {
            /** @description Whether calls reach it now: only in mock mode can faults be switched. */
            in_use: boolean;
            /** @description Rooms, devices and vendors, with what can go wrong with each. */
            things: components["schemas"]["CampusThing"][];
        };
        /** @description Something on the campus, how it is, and what can go wrong with it. */
        CampusThing: {
            /** @description What it is. */
            befalls: components["schemas"]["Befalls"];
            /** @description Its id. */
            id: string;
            /** @description For people. */
            name: string;
            /** @description A device's room. */
            room: string | null;
            /** @description How it is, in a few words. */
            state: string;
            /** @description All that is known of a device. */
            details: Json;
            /** @description What can go wrong with it. */
            faults: components["schemas"]["SwitchedFault"][];
        };
        /** @description A part of an answer. */
        Card: {
            /** @constant */
            kind: "words";
            /** @description The words. */
            markdown: string;
        } | {
            /** @constant */
            kind: "mistake";
            /** @description What is wrong with it, and where. */
            mistake: components["schemas"]["Mistake"];
        } | {
            /** @constant */
            kind: "refusal";
            /** @description Why. */
            message: string;
            /** @description How to go on. */
            hint: string | null;
        } | {
            /** @constant */
            kind: "draft";
            /** @description The draft. */
            draft: components["schemas"]["DraftCard"];
        } | {
            /** @constant */
            kind: "attached";
            /** @description The agent. */
            agent: string;
            /** @description The recipe. */
            recipe: string;
            /** @description The recipe in addresses. */
            slug: string;
            /** @description False when it was attached before. */
            is_new: boolean;
        } | {
            /** @constant */
            kind: "recipe";
            /** @description Its name. */
            name: string;
            /** @description The name in addresses. */
            slug: string;
            /**
             * Format: uint32
             * @description Its version.
             */
            version: number;
        } | {
            /** @constant */
            kind: "run";
            /** @description The run. */
            run_id: components["schemas"]["RunId"];
            /** @description Absolute address of its page. */
            url: string;
            /** @description Its agent. */
            agent: string;
            /** @description Its recipe. */
            recipe: string;
            /** @description Whether only intake and plan are done for real. */
            dry_run: boolean;
        } | {
            /** @constant */
            kind: "health";
            /** @description The tool. */
            tool: string;
            /** @description Green or red. */
            ok: boolean;
            /**
             * Format: uint64
             * @description How long it took.
             */
            latency_ms: number;
            /** @description What it said, or why it is red. */
            detail: string;
        } | {
            /** @constant */
            kind: "call";
            /** @description `tool.action`. */
            action: string;
            /** @description Whether it succeeded. */
            ok: boolean;
            /** @description What it gave. */
            result: Json;
            /** @description What it left behind. */
            artifacts: components["schemas"]["Artifact"][];
            /** @description Why not, where it failed. */
            error: string | null;
            /** @description The run that records it. */
            run_id: components["schemas"]["RunId"];
        } | {
            /** @constant */
            kind: "proposal";
            /** @description The command. */
            command: string;
            /** @description What it would do. */
            does: string;
        } | {
            /** @constant */
            kind: "passage";
            /** @description The manual page in addresses. */
            page: string;
            /** @description Its title. */
            title: string;
            /** @description The section in addresses. */
            anchor: string;
            /** @description The section's title. */
            section: string;
            /** @description What it says, shortened, as Markdown. */
            excerpt: string;
        } | {
            /** @constant */
            kind: "runs";
            /** @description What they have in common. */
            title: string;
            /** @description They, newest first. */
            runs: components["schemas"]["RunLine"][];
        } | {
            /** @constant */
            kind: "commands";
        };
        /** @description A message. */
        ChatMessage: {
            /** @description Its thread. */
            thread_id: string;
            /**
             * Format: uint64
             * @description Its number in the thread, from 1.
             */
            seq: number;
            /** @description Who said it. */
            role: components["schemas"]["Role2"];
            /** @description A person's words; empty in an answer, whose words are cards. */
            text: string;
            /**
             * @description The parts of an answer.
             * @default []
             */
            cards: components["schemas"]["Card"][];
            /**
             * @description What a command did in each phase.
             * @default null
             */
            phases: components["schemas"]["Phases"] | null;
            /**
             * @description What was read in another way than it stands there, and the like.
             * @default []
             */
            notes: string[];
            /**
             * @description Whether raw payloads were asked for.
             * @default false
             */
            json_mode: boolean;
            /**
             * @description The model that wrote words of it.
             * @default null
             */
            model: components["schemas"]["ModelNote"] | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
        };
        /** @description One bite of a list. */
        ChatMessagePage: {
            /** @description Its items. */
            items: components["schemas"]["ChatMessage"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A conversation. */
        ChatThread: {
            /** @description Its id. */
            id: string;
            /** @description What lists call it: what was said first, until somebody renames it. */
            title: string;
            /** @description Whether it is out of the way. */
            archived: boolean;
            /** @description Whether it is the asker's own: others read it by its link, and cannot speak in it. */
            own: boolean;
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When something was last said in it.
             */
            updated_at: string;
        };
        /** @description One bite of a list. */
        ChatThreadPage: {
            /** @description Its items. */
            items: components["schemas"]["ChatThread"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description Days in a row of a calendar. */
        ClosedDays: {
            /** @description Why: `Labour Day`, `commencement week`. */
            name: string;
            /** @description The first day. */
            from: string;
            /** @description The last day, itself included. */
            to: string;
        };
        /** @description What is not done on the days of a calendar. */
        Closes: "destructive" | "changes";
        /** @description A command, as help and completion show it. */
        CommandHelp: {
            /** @description Its words: `/agent run`. */
            name: string;
            /** @description What it does. */
            does: string;
            /** @description One that works. */
            example: string;
            /** @description What it takes, in the order in which it is usually written. */
            takes: components["schemas"]["Takes"][];
        };
        /** @description One bite of a list. */
        CommandHelpPage: {
            /** @description Its items. */
            items: components["schemas"]["CommandHelp"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description How a recipe's file stands in git. */
        CommitState: "committed" | "changed" | "not_committed" | "no_file";
        /** @description Something that was left behind by one run or by both. */
        ComparedArtifact: {
            /** @description Key of the step that made it. */
            step: string;
            /** @description What it is. */
            kind: string;
            /** @description For people. */
            title: string;
            /** @description What the one run made. */
            one: components["schemas"]["ArtifactSide"] | null;
            /** @description What the other run made. */
            other: components["schemas"]["ArtifactSide"] | null;
        };
        /** @description A step in both runs. */
        ComparedStep: {
            /** @description Its key. */
            key: components["schemas"]["StepKey"];
            /** @description Its phase. */
            phase: components["schemas"]["RunPhase"];
            /** @description For people. */
            title: string;
            /** @description In the one; absent where that did not reach it. */
            one: components["schemas"]["StepSide"] | null;
            /** @description In the other. */
            other: components["schemas"]["StepSide"] | null;
            /** @description Whether it ended alike. */
            same_outcome: boolean;
            /** @description Whether the same went in. */
            same_payload: boolean;
            /** @description Whether the same came out. */
            same_result: boolean;
        };
        /** @description A named value in both runs. */
        ComparedValue: {
            /** @description Its name. */
            name: string;
            /** @description In the one. */
            one: Json;
            /** @description In the other. */
            other: Json;
            /** @description Whether they are equal. */
            same: boolean;
        };
        /** @description What somebody who manages tools has seen of a file. */
        ConnectorFileApprovalBody: {
            /** @description The hash that was shown with it. What the file says otherwise by now is not approved. */
            hash: string;
        };
        /** @description What is wrong with a file, and where. */
        ConnectorFileProblem: {
            /** @description What. */
            message: string;
            /**
             * Format: uint64
             * @description From 1; absent when it is the whole file.
             */
            line: number | null;
            /**
             * Format: uint64
             * @description In characters, from 1; absent when it is the whole line or file.
             */
            column: number | null;
            /** @description How to mend it. */
            help: string | null;
        };
        /** @description A file in the folder of connectors. */
        ConnectorFileView: {
            /** @description Its name in `connectors/` of the data folder. */
            file: string;
            /** @description What became of it. */
            standing: components["schemas"]["FileStanding"];
            /** @description The tool that it describes, where it can be read. */
            tool: string | null;
            /** @description `http` or `mcp`. */
            kind: string | null;
            /** @description How an MCP server would be reached; only for those who manage tools. */
            transport: components["schemas"]["McpTransport"] | null;
            /** @description The hash to approve that by, while it waits. */
            hash: string | null;
            /** @description What is wrong with it. */
            problem: components["schemas"]["ConnectorFileProblem"] | null;
        };
        /** @description One bite of a list. */
        ConnectorFileViewPage: {
            /** @description Its items. */
            items: components["schemas"]["ConnectorFileView"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A number per group. */
        Counts: {
            /**
             * Format: uint32
             * @description Agents.
             */
            agents: number;
            /**
             * Format: uint32
             * @description Recipes.
             */
            recipes: number;
            /**
             * Format: uint32
             * @description Tools.
             */
            tools: number;
            /**
             * Format: uint32
             * @description Workflows.
             */
            workflows: number;
        };
        /** @description One promotion criterion. */
        Criterion: {
            /** @description `success`, `p95`, `verify` or `risk`. */
            name: string;
            /** @description For people: `success ≥ 95 % over the last 20 runs`. */
            title: string;
            /** @description The measured value for people; absent without data. */
            measured: string | null;
            /** @description Whether it holds; absent while there is not enough data. */
            holds: boolean | null;
            /** @description What is missing. */
            note: string | null;
        };
        /** @description The whole page. */
        Dashboard: {
            /** @description The window asked for. */
            window: components["schemas"]["Window"];
            /** @description The figures. */
            kpis: components["schemas"]["Kpis"];
            /** @description The same figures in the window before; absent for `all`. */
            previous: components["schemas"]["Kpis"] | null;
            /** @description Width of the bars. */
            bucket: components["schemas"]["Bucket"];
            /** @description Runs over time, without gaps. */
            trend: components["schemas"]["TrendPoint"][];
            /** @description The latest runs. */
            recent: components["schemas"]["RunSummary"][];
            /** @description How each saved recipe that ran in the window did, most runs first. */
            recipes: components["schemas"]["RecipeBoard"][];
            /** @description Success metrics of recipes. */
            metrics: components["schemas"]["RecipeMetric"][];
            /** @description What waits for a person. */
            needs_you: components["schemas"]["InboxItem"][];
        };
        /** @description A tool as its server defines it. All of it is the server's word. */
        Definition: {
            /** @description Its name at the server. */
            name: string;
            /** @description A few words for people. */
            title?: string | null;
            /** @description What it does. */
            description?: string | null;
            /** @description JSON Schema of its arguments. */
            input_schema: Json;
            /** @description JSON Schema of its structured result. */
            output_schema?: Json;
            /** @description What its annotations claim it does to the world; `destructive` when they are silent. */
            claimed_effect: components["schemas"]["Effect"];
            /** @description What its annotations claim a second call does; `once` when they are silent. */
            claimed_repeat: components["schemas"]["Repeat"];
        };
        /** @description A message that came. */
        Delivery: {
            /** @description Its id here. */
            id: string;
            /**
             * Format: date-time
             * @description When it came first.
             */
            received_at: string;
            /** @description The sender's own name for it. */
            delivery: string | null;
            /** @description What it is about, in the sender's words. */
            event: string | null;
            /**
             * Format: uint64
             * @description How long it was, in bytes.
             */
            bytes: number;
            /**
             * Format: uint64
             * @description How often it came. One run at most is started for all of them.
             */
            times: number;
            /**
             * Format: date-time
             * @description When it came last.
             */
            last_at: string;
            /** @description `started`, `queued`, `filtered`, `overlap`, `paused`, `refused`, `limited`, `bad_signature` or `ping`. */
            outcome: string;
            /** @description Why no run was started. */
            reason: string | null;
            /** @description The run that was started. */
            run_id: components["schemas"]["RunId"] | null;
        };
        /** @description One bite of a list. */
        DeliveryPage: {
            /** @description Its items. */
            items: components["schemas"]["Delivery"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A recipe that is to be demoted. */
        DemoteBody: {
            /**
             * @description `supervised` or `draft`; the stage below when absent.
             * @default null
             */
            stage?: ("draft" | "supervised" | "promoted") | null;
            /**
             * @description Why.
             * @default null
             */
            reason?: string | null;
        };
        /** @description A device that is spoken to over the network. */
        Device: {
            /** @description Its id, unique among devices. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Other names that people use. */
            aliases?: string[];
            /** @description Id of the room it is in. */
            room?: string | null;
            /** @description The tool that speaks to it: `qsys_control`, `extron_control`, `pjlink`. */
            tool: string;
            /** @description Host name or number. Private addresses are allowed, since an admin registers them. */
            host: string;
            /**
             * Format: uint16
             * @description TCP port; the protocol's own when absent.
             */
            port?: number | null;
            /** @description Maker and model, for people. */
            model?: string | null;
        };
        /** @description A device that is spoken to over the network. */
        DeviceBody: {
            /** @description Its id, unique among devices. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Other names that people use. */
            aliases?: string[];
            /** @description Id of the room it is in. */
            room?: string | null;
            /** @description The tool that speaks to it: `qsys_control`, `extron_control`, `pjlink`. */
            tool: string;
            /** @description Host name or number. Private addresses are allowed, since an admin registers them. */
            host: string;
            /**
             * Format: uint16
             * @description TCP port; the protocol's own when absent.
             */
            port?: number | null;
            /** @description Maker and model, for people. */
            model?: string | null;
        };
        /** @description One bite of a list. */
        DevicePage: {
            /** @description Its items. */
            items: components["schemas"]["Device"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A document with a description of its own elsewhere. */
        Document: JsonObject;
        /** @description The outcome of the last finished run as a colour. */
        Dot: "green" | "amber" | "red" | "grey" | "neutral";
        /** @description The draft of a recipe. */
        DraftCard: {
            /** @description The name in it. */
            name: string;
            /** @description The recipe. */
            yaml: string;
            /** @description The agent that it is for, as it is called there. */
            agent: string | null;
            /** @description Whether it was made out of a procedure: then `text` is that. */
            text: string | null;
            /**
             * @description Who drafted it, where it was made out of a procedure.
             * @default rules
             */
            by: components["schemas"]["SopEngine"];
            /**
             * @description Why no model drafted it, where one might have.
             * @default null
             */
            reason: string | null;
            /**
             * @description What a model took to draft it.
             * @default null
             */
            work: components["schemas"]["SopWork"] | null;
            /**
             * Format: uint
             * @description Lines of the procedure of which nothing came.
             */
            unused: number;
            /** @description Problems that the validator sees, in words. */
            problems: string[];
            /** @description Whether one of them keeps it from being saved. */
            has_errors: boolean;
            /** @description What was guessed. */
            assumptions: components["schemas"]["Assumption"][];
            /** @description What the procedure leaves open. */
            questions: components["schemas"]["Question"][];
        };
        /** @description What a call does to the world. Ordered from harmless to harmful. */
        Effect: "read" | "write" | "destructive";
        /** @description The manual page of a diagnostic. */
        Explanation: {
            /** @description `R012` … */
            code: string;
            /** @description The page. */
            markdown: string;
        };
        /** @description A fault to be switched. */
        FaultSwitchBody: {
            /** @description What it befalls. */
            befalls: "room" | "device" | "vendor";
            /** @description Which room, device or vendor. */
            id: string;
            /** @description The fault's name. */
            fault: string;
            /** @description Whether it shall happen. */
            on: boolean;
        };
        /** @description What became of a file. */
        FileStanding: "active" | "waiting" | "refused";
        /** @description A problem in a recipe with its place in lines and columns: [`Diagnostic`] as front doors show it. */
        Finding: {
            /** @description `R012` … */
            code: string;
            /** @description Whether it stops the recipe from running. */
            severity: components["schemas"]["Severity"];
            /** @description What is wrong. */
            message: string;
            /**
             * Format: uint
             * @description From 1.
             */
            line: number;
            /**
             * Format: uint
             * @description In characters, from 1.
             */
            column: number;
            /**
             * Format: uint
             * @description Where it ends.
             */
            end_line: number;
            /**
             * Format: uint
             * @description Where it ends, exclusive.
             */
            end_column: number;
            /** @description How to mend it. */
            help: string | null;
        };
        /** @description The recipes folder. */
        FolderStatus: {
            /** @description Where it is; absent when the server was started without one. */
            folder: string | null;
            /** @description Whether it is in a git repository that can be used. */
            git: boolean;
            /** @description Why it is not. */
            problem: string | null;
            /** @description One for each recipe, where git is used. */
            recipes: components["schemas"]["RecipeCommit"][];
        };
        /** @description What becomes of one step. */
        Foreseen: {
            /** @description Its key. */
            key: components["schemas"]["StepKey"];
            /** @description Its phase. */
            phase: components["schemas"]["RunPhase"];
            /** @description For people. */
            title: string;
            /** @description Its verb. */
            verb: string;
            /** @description What becomes of it. */
            fate: components["schemas"]["StepFate"];
            /** @description Why, where that is not plain. */
            why: string | null;
        };
        /** @description A wait for a person, with what is needed to answer it. */
        Gate: {
            /** @description What is waited for. */
            reason: components["schemas"]["WaitReason"];
            /** @description The question or instruction. */
            prompt: string;
            /** @description Who may answer. */
            role: string;
            /**
             * Format: date-time
             * @description When the run stops waiting and fails.
             */
            until: string | null;
            /** @description JSON Schema of the inputs still missing, for [`WaitReason::Input`]. */
            schema?: Json;
            /** @description The call that an approval or resolution is about, and what led to it. */
            evidence?: Json;
        };
        /** @description One group of the wizard. */
        GroupStatus: {
            /** @description Which one. */
            group: components["schemas"]["SeedGroup"];
            /** @description Names that seeding would create. */
            missing: string[];
            /** @description Names that seeding would find there already. */
            existing: string[];
            /**
             * Format: uint
             * @description How many there are in all, seeded or not.
             */
            total: number;
        };
        /** @description How to ask, right before a destructive call, whether it would harm somebody. */
        GuardSpec: {
            /** @description A read action of the same tool; it is called with the same arguments, as far as its schema names them. */
            action: string;
            /** @description A bare expression over `guard` (the answer) that is true when the call would do harm. */
            harm_if: string;
            /** @description What a person reads when it is true, for example `a meeting is in progress`. */
            reason: string;
        };
        /** @description How a tool feels. */
        Health: {
            /** @description Green or red. */
            ok: boolean;
            /**
             * Format: uint64
             * @description How long it took.
             */
            latency_ms: number;
            /**
             * Format: date-time
             * @description When.
             */
            checked_at: string;
            /** @description What it said, or why it is red. */
            detail: string;
        };
        /** @description One line of the health list. */
        HealthLine: {
            /** @description `store`, `disk space`, `clock`, `address`, `tool slack` … */
            name: string;
            /** @description Green or red. */
            ok: boolean;
            /** @description What was seen. */
            detail: string;
            /** @description How to mend it, when red. */
            fix: string | null;
        };
        /** @description The address at which messages for a workflow are taken. */
        Hook: {
            /** @description Where the sender posts to. */
            url: string;
            /** @description Whether there is a secret; without one every message is refused. */
            secret_set: boolean;
            /** @description The last four characters of the secret. */
            last4: string | null;
            /** @description There is one, and the key that opens it is missing: set it again. */
            unreadable: boolean;
            /**
             * Format: date-time
             * @description When it was set.
             */
            secret_set_at: string | null;
            /** @description Who set it. */
            secret_set_by: string | null;
            /**
             * Format: date-time
             * @description Until when the secret before it is taken as well.
             */
            previous_until: string | null;
            /** @description Whether the simulated campus sends its alerts here, by a secret of its own: in mock mode, where Zoom signs. */
            simulated: boolean;
        };
        /** @description A bundle as JSON. A ZIP itself can be sent, too, as `application/zip`. */
        ImportBundleBody: {
            /**
             * @description The ZIP in Base64.
             * @default null
             */
            zip?: string | null;
            /**
             * @description Files one by one, beside or instead of it.
             * @default []
             */
            files?: {
                /** @description Its place: `recipes/hdmi-black.yaml`, or only its name. */
                path: string;
                /** @description What it says. */
                text: string;
            }[];
        };
        /** @description How many things an import came to. */
        ImportCounts: {
            /**
             * Format: uint
             * @description Made.
             */
            created: number;
            /**
             * Format: uint
             * @description Put in the place of others.
             */
            replaced: number;
            /**
             * Format: uint
             * @description Made under another name.
             */
            renamed: number;
            /**
             * Format: uint
             * @description Left out.
             */
            skipped: number;
            /**
             * Format: uint
             * @description Could not be imported.
             */
            failed: number;
        };
        /** @description What an import came to, or would. */
        ImportOutcome: {
            /** @description Whether nothing was changed. */
            dry_run: boolean;
            /** @description How many. */
            counts: components["schemas"]["ImportCounts"];
            /** @description One for each thing: recipes, then agents, then workflows, then files that are none. */
            items: components["schemas"]["Imported"][];
        };
        /** @description Something in a file that stands in the way. */
        ImportProblem: {
            /** @description What. */
            message: string;
            /**
             * Format: uint64
             * @description From 1; absent when it is the whole file.
             */
            line: number | null;
            /**
             * Format: uint64
             * @description From 1: in characters, and in CSV in cells; absent when it is the whole line.
             */
            column: number | null;
            /** @description How to mend it. */
            help: string | null;
        };
        /** @description A file to be read. */
        ImportRequestBody: {
            /** @description How it is written. */
            format: "yaml" | "csv";
            /** @description The file. */
            text: string;
            /**
             * @description The file is the whole directory: what is not in it is removed. Else it stays.
             * @default false
             */
            whole?: boolean;
            /**
             * @description Only say what would change.
             * @default false
             */
            dry_run?: boolean;
        };
        /** @description One thing of a bundle. */
        Imported: {
            /** @description What it is. */
            kind: components["schemas"]["ItemKind"];
            /** @description Its name in the bundle; that of the file where it has none. */
            name: string;
            /** @description What became of it. */
            outcome: components["schemas"]["Outcome"];
            /** @description Its name here, where that is another. */
            renamed_to: string | null;
            /** @description What else there is to say: a version, what is missing, why it failed. */
            detail: string | null;
        };
        /** @description What mock mode does with an outside connector. */
        InMock: "call" | "simulate";
        /** @description One wait, with what is needed to answer it. */
        InboxItem: {
            /** @description The run that waits. */
            run_id: components["schemas"]["RunId"];
            /** @description Its name. */
            run: string;
            /** @description Absolute address of its page. */
            url: string;
            /** @description Agent name. */
            agent: string | null;
            /** @description Recipe name. */
            recipe: string;
            /**
             * Format: uint32
             * @description Its version.
             */
            recipe_version: number;
            /** @description Live, mock or dry. */
            mode: components["schemas"]["Mode"];
            /** @description Who asked for the run. */
            requested_by: string;
            /** @description The step that waits; goes back in the answer. */
            step: components["schemas"]["StepKey"];
            /** @description Its phase. */
            phase: components["schemas"]["RunPhase"];
            /** @description For people. */
            title: string;
            /** @description `input`, `approval`, `manual`, `interrupted`, `held` or `paused`. */
            reason: components["schemas"]["WaitReason"];
            /** @description The question or instruction. */
            prompt: string;
            /** @description Who may answer. */
            role: string;
            /** @description Whether the actor who asked for the list may answer. */
            may_answer: boolean;
            /** @description Why that actor may not say yes although they may answer such waits: separation of duties. */
            needs_another: string | null;
            /** @description What it touches, as far as its calls and inputs name it: rooms, devices, channels, records. */
            affects: components["schemas"]["Affected"][];
            /** @description Of the question with everything that is shown. An answer that names it counts for this question only. */
            fingerprint: string;
            /**
             * Format: date-time
             * @description Since when the step stands.
             */
            since: string;
            /**
             * Format: date-time
             * @description When the run stops waiting and fails.
             */
            until: string | null;
            /** @description JSON Schema of missing inputs. */
            schema: Json;
            /** @description The call that it is about, and what led to it. */
            evidence: Json;
            /**
             * @description Which `kind` of signal answers it: `answer`; `approve`, `reject`, `request_changes`; `done`; `resolve`;
             *     `release`, `resume`, `cancel`.
             */
            answers: string[];
        };
        /** @description One bite of a list. */
        InboxItemPage: {
            /** @description Its items. */
            items: components["schemas"]["InboxItem"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A secret that was made or set. */
        IssuedSecret: {
            /** @description The secret, if it was made here. It is not shown again. */
            secret: string | null;
            /** @description The address that it is for. */
            hook: components["schemas"]["Hook"];
        };
        /** @description A new token with its secret. */
        IssuedToken: {
            /** @description Its id. */
            id: string;
            /** @description Whose or what for. */
            name: string;
            /** @description Its role. */
            role: components["schemas"]["Role"];
            /** @description Whether it may approve. */
            may_approve: boolean;
            /** @description The first characters, to tell tokens apart. */
            prefix: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it stops working; absent for the owner token.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to the minute.
             */
            last_used_at: string | null;
            /** @description Shown this once. */
            secret: string;
        };
        /** @description What a thing is. */
        ItemKind: "recipe" | "agent" | "workflow" | "file";
        /** @description What can be said of a key. */
        KeyState: {
            /** @description Whether there is one. */
            set: boolean;
            /** @description Its last four characters, of a long one. */
            last4: string | null;
            /** @description Where it comes from; absent when there is none. */
            source: components["schemas"]["SettingSource"] | null;
            /** @description One was set here, and what opens it is missing: set it again. */
            unreadable: boolean;
            /**
             * Format: date-time
             * @description When it was set here.
             */
            updated_at: string | null;
            /** @description Who set it here. */
            updated_by: string | null;
        };
        /** @description What a value of a command is. */
        Kind: "agent" | "recipe" | "tool" | "text" | "json" | "lines" | "inputs" | "flag";
        /** @description The figures. */
        Kpis: {
            /**
             * Format: uint64
             * @description All runs accepted in the window.
             */
            runs: number;
            /**
             * Format: uint64
             * @description Of these, over.
             */
            finished: number;
            /**
             * Format: uint64
             * @description Ended as `success`.
             */
            success: number;
            /**
             * Format: uint64
             * @description Ended as `failed`.
             */
            failed: number;
            /**
             * Format: uint64
             * @description Under way or queued.
             */
            running: number;
            /**
             * Format: uint64
             * @description Waiting.
             */
            waiting: number;
            /**
             * Format: double
             * @description `success` ÷ (`success` + `unproven` + `failed`), 0 to 1; absent without any.
             */
            success_rate: number | null;
            /**
             * Format: uint64
             * @description 95th percentile of the duration of finished runs.
             */
            p95_ms: number | null;
            /** @description The latest failure. */
            last_error: components["schemas"]["LastError"] | null;
        };
        /** @description What a language model that may call an action can do with it. */
        Label: "reads_private" | "reads_untrusted" | "acts_outside";
        /** @description A tool that lacks what it needs. */
        LackingTool: {
            /** @description The tool. */
            tool: string;
            /** @description Its title. */
            title: string;
            /** @description What is not set, in words: `Bot token`. */
            missing: string[];
        };
        /** @description The latest failure. */
        LastError: {
            /** @description Which run. */
            run_id: components["schemas"]["RunId"];
            /** @description Its name. */
            run: string;
            /** @description Why. */
            message: string;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
        };
        /** @description What became of a notice. */
        LastNotice: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Where it went. */
            channel: string;
            /** @description Whether it was taken. */
            ok: boolean;
            /** @description Why not. */
            error: string | null;
            /** @description Where to look at it. */
            url: string | null;
        };
        /** @description What became of a line. */
        LineUse: "mapped" | "heading" | "unused";
        /** @description A model that the provider lists. */
        ListedModel: {
            /** @description Its name. */
            name: string;
        };
        /** @description One bite of a list. */
        ListedModelPage: {
            /** @description Its items. */
            items: components["schemas"]["ListedModel"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A page of the manual. */
        ManualChapter: {
            /** @description Its name in addresses. */
            slug: string;
            /** @description Its title. */
            title: string;
            /** @description Its sections; the first is what stands before any heading. */
            sections: components["schemas"]["ManualSection"][];
        };
        /** @description A page in the table of contents. */
        ManualEntry: {
            /** @description Its name in addresses. */
            slug: string;
            /** @description Its title. */
            title: string;
            /** @description Its sections down to the second level. */
            sections: components["schemas"]["ManualHeading"][];
        };
        /** @description One bite of a list. */
        ManualEntryPage: {
            /** @description Its items. */
            items: components["schemas"]["ManualEntry"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A section in the table of contents. */
        ManualHeading: {
            /** @description Its name in addresses. */
            anchor: string;
            /** @description Its title. */
            title: string;
        };
        /** @description A section of a page. */
        ManualSection: {
            /** @description Its name in addresses, unique within the page. */
            anchor: string;
            /**
             * Format: uint8
             * @description 1 for the page's own, 2 and more below.
             */
            level: number;
            /** @description Its title. */
            title: string;
            /** @description Its text without the heading, as Markdown. */
            markdown: string;
        };
        /** @description An MCP server and what it offers. */
        McpServer: {
            /** @description How it is reached; absent for those who do not manage tools. */
            transport: components["schemas"]["McpTransport"] | null;
            /** @description What mock mode does with it. */
            in_mock: components["schemas"]["InMock"];
            /** @description Its tools, offered and approved. */
            offers: components["schemas"]["Offer"][];
            /**
             * Format: uint
             * @description How many of them are new or changed, and off until they are approved.
             */
            waiting: number;
            /** @description Why it could not be asked what it offers, where that is so. */
            problem: string | null;
        };
        /** @description How an MCP server is reached. */
        McpTransport: {
            /** @description The server's endpoint. */
            url: string;
        } | {
            /** @description Absolute path of the program. */
            command: string;
            /**
             * @description Its arguments.
             * @default []
             */
            args: string[];
            /**
             * @description Names of the variables in its environment. It gets no others.
             * @default []
             */
            env: string[];
        };
        /** @description Who asks, what they may, and in which mode the workspace is. */
        Me: {
            /** @description What records show. */
            name: string;
            /** @description The role. */
            role: components["schemas"]["Role"];
            /** @description What the role and what was granted allow. */
            permissions: components["schemas"]["Permission"][];
            /** @description Whether runs use the simulated campus. */
            mock: boolean;
            /** @description Where that comes from. */
            mock_source: components["schemas"]["SettingSource"];
            /** @description How the chosen language model stands. */
            model: components["schemas"]["ModelStatus"];
            /** @description Version of the program. */
            version: string;
        };
        /** @description Runs that ended as `success`, without those that another run started. */
        Measured: {
            /**
             * Format: date-time
             * @description Since when they were counted: whole weeks, up to now.
             */
            since: string;
            /**
             * Format: uint32
             * @description How many weeks that is.
             */
            weeks: number;
            /**
             * Format: uint64
             * @description On real systems.
             */
            live: number;
            /**
             * Format: uint64
             * @description In the simulated campus; these saved nobody anything.
             */
            mock: number;
        };
        /** @description A success metric with its value in one run. */
        MetricValue: {
            /** @description Its name. */
            name: string;
            /**
             * Format: double
             * @description Its value; absent when it could not be computed.
             */
            value: number | null;
            /** @description For people. */
            unit: string | null;
            /** @description As written, for example `<= 300`. */
            target: string | null;
            /** @description Whether the target was met. */
            met: boolean | null;
        };
        /** @description Something that is not as a test expects it. */
        Mismatch: {
            /** @description What was looked at: `status`, `failed_at`, `calls` … */
            what: string;
            /** @description As the test has it. */
            expected: Json;
            /** @description As it was. */
            actual: Json;
        };
        /** @description What happens to times that passed while nobody watched: the server was down, or the clock was turned. */
        Missed: {
            /**
             * @description What is made up for.
             * @default latest
             */
            policy: components["schemas"]["MissedPolicy"];
            /**
             * Format: uint32
             * @description Most runs that `all` starts at once, 1 to 100.
             * @default 10
             */
            limit: number;
            /**
             * Format: uint32
             * @description Nothing is made up for that is older, in minutes.
             * @default 1440
             */
            window_minutes: number;
        };
        /** @description Which missed times are made up for. */
        MissedPolicy: "latest" | "all" | "skip";
        /** @description Why a command was not carried out. It names the place, and the command as it was probably meant. */
        Mistake: {
            /** @description What is wrong. */
            message: string;
            /**
             * Format: uint
             * @description Where it begins, in characters of the message, from 0.
             */
            place: number;
            /**
             * Format: uint
             * @description How many characters it covers, at least one.
             */
            length: number;
            /** @description How to mend it. */
            help: string | null;
            /** @description The whole command as it was probably meant. */
            corrected: string | null;
        };
        /** @description Whether a run touches the real world. */
        Mode: "live" | "mock" | "dry";
        /** @description The model that wrote an answer, and what it took. */
        ModelNote: {
            /** @description The provider's name. */
            provider: string;
            /** @description The model, as the provider names it. */
            model: string;
            /** @description Whether the simulated provider answered. */
            mock: boolean;
            /**
             * Format: uint64
             * @description Tokens read.
             */
            input_tokens: number;
            /**
             * Format: uint64
             * @description Tokens written.
             */
            output_tokens: number;
            /**
             * Format: double
             * @description US dollars, where the price is known.
             */
            cost_usd: number | null;
        };
        /** @description How models are set up, each value with where it comes from. */
        ModelSettings: {
            /** @description Who is asked for chat, procedures and agent steps. */
            provider: components["schemas"]["Provider"];
            /** @description Where that comes from. */
            provider_source: components["schemas"]["SettingSource"];
            /** @description Whether the other provider stands in when the chosen one cannot answer. */
            fallback: boolean;
            /** @description Where that comes from. */
            fallback_source: components["schemas"]["SettingSource"];
            /** @description Whether models outside may be asked at all. */
            outside: boolean;
            /** @description Where that comes from. */
            outside_source: components["schemas"]["SettingSource"];
            /**
             * Format: uint32
             * @description Most tokens of one turn.
             */
            max_tokens: number;
            /** @description Where that comes from. */
            max_tokens_source: components["schemas"]["SettingSource"];
            /**
             * Format: uint32
             * @description How often a model is asked for the draft of a procedure, the first time included.
             */
            sop_rounds: number;
            /** @description Where that comes from. */
            sop_rounds_source: components["schemas"]["SettingSource"];
            /**
             * Format: uint64
             * @description Most tokens in 24 hours, read and written; no limit when absent.
             */
            daily_tokens: number | null;
            /**
             * Format: double
             * @description Most US dollars in 24 hours, as far as prices are known; no limit when absent.
             */
            daily_usd: number | null;
            /**
             * Format: uint64
             * @description Tokens of live questions in the last 24 hours.
             */
            used_tokens: number;
            /**
             * Format: double
             * @description US dollars of live questions in the last 24 hours, as far as prices are known.
             */
            used_usd: number;
            /** @description The providers. */
            providers: components["schemas"]["ProviderSettings"][];
        };
        /** @description How the chosen provider stands. */
        ModelState: "ready" | "no_key" | "failing" | "mock" | "off";
        /** @description How the chosen provider stands: colour and words of the light on every page. */
        ModelStatus: {
            /** @description The chosen provider. */
            provider: components["schemas"]["Provider"];
            /** @description Its name for people. */
            title: string;
            /** @description Its model. */
            model: string;
            /** @description How it stands. */
            state: components["schemas"]["ModelState"];
            /** @description The same in words. */
            detail: string;
            /** @description How to mend it, where something is to be mended. */
            hint: string | null;
            /**
             * Format: date-time
             * @description When it was last seen so, if it was asked.
             */
            seen_at: string | null;
        };
        /** @description A new agent. */
        NewAgentBody: {
            /** @description Unique without case. */
            name: string;
            /** @description `support`, `events` … */
            domain: string;
            /**
             * @description What it is for.
             * @default
             */
            description?: string;
            /**
             * @description Tools and `tool.action`s it may use; empty means all.
             * @default []
             */
            tools?: string[];
            /**
             * @description Recipes to attach, by id or name.
             * @default []
             */
            recipes?: string[];
            /**
             * @description Model for its agent steps and drafts: a name, or `provider:name`; the workspace's when absent or empty.
             * @default null
             */
            model?: string | null;
            /**
             * @description Values for inputs of its runs that nobody gives, by name.
             * @default {}
             */
            defaults?: JsonObject;
            /**
             * @description What its runs may do at most; of these and a recipe's guardrails the narrower wins.
             * @default {}
             */
            guardrails?: {
                /**
                 * Format: uint64
                 * @description Seconds for the whole run, waiting for people not counted; at most a day.
                 */
                timeout_s?: number | null;
                /**
                 * Format: uint32
                 * @description Most act calls in one run.
                 */
                max_actions?: number | null;
                /**
                 * Format: uint64
                 * @description Most model tokens in one run.
                 */
                max_tokens?: number | null;
                /** @description Tools and `tool.action`s that a language model may use in an agent step. */
                allow_tools?: string[] | null;
                /** @description Domains that may not be fetched, beside those of the recipe. */
                deny_domains?: string[];
                /** @description Every destructive act call asks first. */
                approve_destructive?: boolean;
                /** @description No recipe may switch off that a destructive call asks first whether somebody would be harmed. */
                do_no_harm?: boolean;
            };
        };
        /** @description A backup that was made just now: checked, and read back. */
        NewBackup: {
            /** @description Its name. */
            name: string;
            /**
             * Format: uint64
             * @description Length of the file, in bytes.
             */
            bytes: number;
            /** @description SHA-256 of the file, in hexadecimal. */
            sha256: string;
            /**
             * Format: uint64
             * @description How many runs.
             */
            runs: number;
            /**
             * Format: uint64
             * @description How many of them are not over.
             */
            open_runs: number;
            /**
             * Format: uint64
             * @description How many steps.
             */
            steps: number;
            /**
             * Format: uint64
             * @description How many journal entries.
             */
            entries: number;
            /**
             * Format: date-time
             * @description When the newest entry was written.
             */
            newest: string | null;
        };
        /** @description A wish for another secret. */
        NewSecretBody: {
            /** @description The secret, where the sender makes it (Slack's signing secret, Zoom's secret token). Made here when absent. */
            secret?: string | null;
            /**
             * Format: uint32
             * @description How long the secret before is taken as well, in minutes, at most a week; not at all when absent.
             * @default null
             */
            keep_minutes?: number | null;
        };
        /** @description A token to be made. */
        NewTokenBody: {
            /** @description Whose or what for. */
            name: string;
            /** @description Its role. */
            role: "viewer" | "operator" | "author" | "admin" | "owner";
            /**
             * @description Whether it may approve.
             * @default false
             */
            may_approve?: boolean;
            /**
             * Format: uint32
             * @description Days until it stops working; 90 when absent, at most 366.
             * @default null
             */
            expires_in_days?: number | null;
        };
        /** @description A connector to be added. */
        NewToolBody: {
            /** @constant */
            kind: "http";
            /** @description Its name: small letters, digits, `_` and `-`. */
            name: string;
            /**
             * @description For people.
             * @default null
             */
            title?: string | null;
            /**
             * @description What it is for.
             * @default null
             */
            description?: string | null;
            /** @description Where `/health` and `/action` are. */
            base_url: string;
            /**
             * @description Its actions by name. Others cannot be called. Without any, they are those of its `/manifest`.
             * @default {}
             */
            actions?: {
                [key: string]: {
                    /**
                     * @description What it does to the world; `destructive` when absent.
                     * @default null
                     */
                    effect?: ("read" | "write" | "destructive") | null;
                    /**
                     * @description What a second call does; `once` when absent, and `safe` for what only reads.
                     * @default null
                     */
                    repeat?: ("safe" | "keyed" | "once") | null;
                    /**
                     * @description A few words for people.
                     * @default null
                     */
                    title?: string | null;
                    /**
                     * @description When to use it.
                     * @default null
                     */
                    description?: string | null;
                    /**
                     * @description JSON Schema of the arguments.
                     * @default null
                     */
                    input_schema?: Json;
                    /**
                     * @description JSON Schema of the result.
                     * @default null
                     */
                    output_schema?: Json;
                    /**
                     * @description Name of its result.
                     * @default null
                     */
                    result?: string | null;
                    /**
                     * @description A result as it may look: what the simulator answers. The arguments when absent.
                     * @default null
                     */
                    example?: Json;
                };
            };
            /**
             * @description It answers 503 only before it has done anything, so that such a call may be repeated freely.
             * @default false
             */
            refuses_before_acting?: boolean;
            /**
             * @description What mock mode does with it: call it as it is (only on this machine) or simulate it.
             * @default null
             */
            in_mock?: ("call" | "simulate") | null;
            /**
             * Format: uint32
             * @description Most calls in a minute: what goes beyond waits, and is tried later. No bound when absent.
             * @default null
             */
            calls_per_minute?: number | null;
        } | {
            /** @constant */
            kind: "mcp";
            /** @description Its name: small letters, digits, `_` and `-`. Recipes call `NAME.ACTION`. */
            name: string;
            /**
             * @description For people.
             * @default null
             */
            title?: string | null;
            /**
             * @description What it is for.
             * @default null
             */
            description?: string | null;
            /** @description How it is reached. */
            transport: {
                /**
                 * @description The address of a server that speaks Streamable HTTP.
                 * @default null
                 */
                url?: string | null;
                /** @description The bearer token for it. */
                token?: string | null;
                /**
                 * @description The absolute path of a program that speaks over its standard input and output.
                 * @default null
                 */
                command?: string | null;
                /**
                 * @description Its arguments.
                 * @default []
                 */
                args?: string[];
                /** @description The variables in its environment, which holds no others. A null keeps the value that was set before. */
                env?: {
                    [key: string]: string | null;
                };
            };
            /**
             * @description What mock mode does with it: call it as it is (only on this machine) or simulate it.
             * @default null
             */
            in_mock?: ("call" | "simulate") | null;
            /**
             * Format: uint32
             * @description Most calls in a minute: what goes beyond waits, and is tried later. No bound when absent.
             * @default null
             */
            calls_per_minute?: number | null;
        };
        /** @description A new workflow. */
        NewWorkflowBody: {
            /** @description Unique without case. */
            name: string;
            /** @description Agent by id or name. */
            agent: string;
            /** @description Recipe by id or name. */
            recipe: string;
            /**
             * Format: uint32
             * @description The version to run; when absent, the one that was supervised or promoted last, or the newest of a draft.
             * @default null
             */
            version?: number | null;
            /**
             * @description Values of the recipe's inputs. What is missing and has no default parks each run.
             * @default {}
             */
            inputs?: JsonObject;
            /**
             * @description What starts it; a person when absent.
             * @default {
             *       "type": "manual"
             *     }
             */
            trigger?: {
                /** @constant */
                type: "manual";
            } | {
                /** @constant */
                type: "interval";
                /**
                 * Format: uint32
                 * @description Whole minutes between two starts.
                 */
                minutes: number;
            } | {
                /** @constant */
                type: "cron";
                /** @description Minute, hour, day of month, month, day of week. Where both days are restricted, either will do. */
                expression: string;
                /**
                 * @description IANA name of the time zone; UTC when absent.
                 * @default UTC
                 */
                tz?: string;
            } | {
                /** @constant */
                type: "webhook";
                /**
                 * @description How a message shows who sent it.
                 * @default standard
                 */
                signature?: "standard" | "github" | "slack" | "zoom";
                /** @description Which messages start a run: an expression over `event` (the message) and `delivery`; all when absent. */
                when?: string | null;
                /**
                 * @description Inputs made of the message, put over the workflow's own: `{"room": "{{ event.payload.object.room_name }}"}`.
                 * @default {}
                 */
                inputs?: JsonObject;
                /**
                 * Format: uint32
                 * @description Most messages that are taken a minute, 1 to 600.
                 * @default 60
                 */
                per_minute?: number;
            };
            /**
             * @description Whether its trigger starts it. True when absent, if the caller may switch workflows on; else false.
             * @default null
             */
            enabled?: boolean | null;
            /**
             * @description What happens when a time or message comes while a run of it is open. When absent, a time is skipped, and a message
             *     starts a run beside it.
             * @default null
             */
            overlap?: ("skip" | "queue_one" | "queue_all" | "allow" | "cancel_running") | null;
            /**
             * @description What happens to times that passed while nobody watched.
             * @default {
             *       "policy": "latest",
             *       "limit": 10,
             *       "window_minutes": 1440
             *     }
             */
            missed?: {
                /**
                 * @description What is made up for.
                 * @default latest
                 */
                policy?: "latest" | "all" | "skip";
                /**
                 * Format: uint32
                 * @description Most runs that `all` starts at once, 1 to 100.
                 * @default 10
                 */
                limit?: number;
                /**
                 * Format: uint32
                 * @description Nothing is made up for that is older, in minutes.
                 * @default 1440
                 */
                window_minutes?: number;
            };
        };
        /** @description Notices of waits for people. */
        NoticeSettings: {
            /** @description Whether they are sent. */
            on: boolean;
            /** @description The Slack channel, as `#name` or by its id. */
            channel: string | null;
            /** @description What became of the newest. */
            last: components["schemas"]["LastNotice"] | null;
        };
        /** @description What to send a test to. */
        NoticeTestBody: {
            /**
             * @description The channel; the one that is set when absent.
             * @default null
             */
            channel?: string | null;
        };
        /** @description What became of a test. */
        NoticeTried: {
            /** @description Whether it was taken. */
            ok: boolean;
            /** @description Where it went. */
            channel: string;
            /** @description Whether the simulated campus took it. */
            simulated: boolean;
            /** @description Where to look at it. */
            url: string | null;
            /** @description Why it was not taken. */
            error: string | null;
            /** @description How to mend it. */
            hint: string | null;
        };
        /** @description What became of a due time. */
        Occurrence: {
            /**
             * Format: date-time
             * @description The time, or the first of several that were treated alike.
             */
            due_at: string;
            /**
             * Format: date-time
             * @description The last of them.
             */
            through: string;
            /**
             * Format: uint64
             * @description How many.
             */
            times: number;
            /** @description `started`, `queued`, `missed`, `limit`, `overlap`, `paused` or `refused`. */
            outcome: string;
            /** @description Why nothing was started. */
            reason: string | null;
            /** @description The run that was started. */
            run_id: components["schemas"]["RunId"] | null;
            /**
             * Format: date-time
             * @description When this was decided.
             */
            decided_at: string;
        };
        /** @description One bite of a list. */
        OccurrencePage: {
            /** @description Its items. */
            items: components["schemas"]["Occurrence"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A tool of an MCP server: what is offered, what was approved, and where that leaves it. */
        Offer: {
            /** @description The action's name in recipes. */
            action: string;
            /** @description Where it stands. */
            standing: components["schemas"]["Standing"];
            /** @description Why, for one that is refused. */
            reason?: string | null;
            /** @description The hash to approve it by: of name, title, description and schemas as offered now. */
            hash?: string | null;
            /** @description As offered now. */
            offered?: components["schemas"]["Definition"] | null;
            /** @description As approved. */
            approved?: components["schemas"]["Definition"] | null;
            /** @description The fields in which the two differ. */
            differs_in?: string[];
        };
        /** @description What became of it, or would. */
        Outcome: "created" | "replaced" | "renamed" | "skipped" | "failed";
        /** @description What happens when a time comes while a run of the workflow is open. */
        Overlap: "skip" | "queue_one" | "queue_all" | "allow" | "cancel_running";
        /** @description A section that a search found. */
        Passage: {
            /** @description The page in addresses. */
            page: string;
            /** @description The page's title. */
            title: string;
            /** @description The section in addresses. */
            anchor: string;
            /** @description The section's title. */
            section: string;
            /** @description How it begins. */
            excerpt: string;
        };
        /** @description One bite of a list. */
        PassagePage: {
            /** @description Its items. */
            items: components["schemas"]["Passage"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description Something that not everybody may do. */
        Permission: "see" | "operate" | "simulate" | "approve" | "author" | "schedule" | "manage_tools" | "manage_workspace" | "manage_access";
        /** @description What a command did in each of the four phases. */
        Phases: {
            /** @description What was taken in. */
            intake: string;
            /** @description What was checked. */
            plan: string;
            /** @description What was done. */
            act: string;
            /** @description What it came to. */
            verify: string;
        };
        /** @description A room. */
        PlaceBody: {
            /** @description Its id, unique among rooms. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Other names that people use. */
            aliases?: string[];
            /** @description Address of its mailbox or calendar. */
            email?: string | null;
            /** @description The site it is on. */
            site?: string | null;
            /** @description IANA time zone. */
            time_zone?: string | null;
            /** @description What other systems call it, by tool: `zoom: zr-hq-204`. */
            ids?: {
                [key: string]: string;
            };
        };
        /** @description One thing that would change. */
        PlaceChange: {
            /** @description Room or device. */
            kind: components["schemas"]["PlaceKind"];
            /** @description Its id. */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description What happens to it. */
            what: components["schemas"]["WhatChanges"];
            /** @description The fields that are others, for one that changes. */
            fields: string[];
        };
        /** @description A room or a device. */
        PlaceKind: "room" | "device";
        /** @description The directory as a file. */
        PlacesExport: {
            /** @description How it is written. */
            format: components["schemas"]["PlacesFormat"];
            /** @description The file. */
            text: string;
        };
        /** @description How a directory is written down. */
        PlacesFormat: "yaml" | "csv";
        /** @description What a file changed, or would change. */
        PlacesImport: {
            /** @description Whether it was done. */
            done: boolean;
            /** @description What is new, changed and removed. */
            changes: components["schemas"]["PlaceChange"][];
            /**
             * Format: uint
             * @description How many rooms and devices are as they were.
             */
            unchanged: number;
            /** @description What stands in the way; all of it must be mended before anything is done. */
            problems: components["schemas"]["ImportProblem"][];
        };
        /** @description The plain connector protocol. */
        PlainActionBody: {
            /** @description Name of the action. */
            action: string;
            /**
             * @description What the action takes.
             * @default null
             */
            args?: Json;
        };
        /** @description The answer in the plain connector protocol. */
        PlainReply: {
            /** @description Whether the call succeeded. */
            ok: boolean;
            /** @description What the action gave. */
            result: Json;
            /** @description What it left behind. */
            artifacts: components["schemas"]["Artifact"][];
            /** @description Why not, where it failed. */
            error: string | null;
        };
        /** @description What it would mean. */
        Preview: {
            /** @description The trigger in words. */
            words: string;
            /** @description The next ten times, were it saved now. */
            times: string[];
            /** @description What is easily misread about it. */
            notes: string[];
            /** @description What the message that was sent along would do. */
            tried: components["schemas"]["TriedMessage"] | null;
        };
        /** @description A trigger that somebody thinks about. */
        PreviewRequestBody: {
            /** @description The trigger. */
            trigger: {
                /** @constant */
                type: "manual";
            } | {
                /** @constant */
                type: "interval";
                /**
                 * Format: uint32
                 * @description Whole minutes between two starts.
                 */
                minutes: number;
            } | {
                /** @constant */
                type: "cron";
                /** @description Minute, hour, day of month, month, day of week. Where both days are restricted, either will do. */
                expression: string;
                /**
                 * @description IANA name of the time zone; UTC when absent.
                 * @default UTC
                 */
                tz?: string;
            } | {
                /** @constant */
                type: "webhook";
                /**
                 * @description How a message shows who sent it.
                 * @default standard
                 */
                signature?: "standard" | "github" | "slack" | "zoom";
                /** @description Which messages start a run: an expression over `event` (the message) and `delivery`; all when absent. */
                when?: string | null;
                /**
                 * @description Inputs made of the message, put over the workflow's own: `{"room": "{{ event.payload.object.room_name }}"}`.
                 * @default {}
                 */
                inputs?: JsonObject;
                /**
                 * Format: uint32
                 * @description Most messages that are taken a minute, 1 to 600.
                 * @default 60
                 */
                per_minute?: number;
            };
            /**
             * @description A message, to see what a webhook would make of it.
             * @default null
             */
            event?: Json;
        };
        /** @description A refusal: problem details (RFC 9457). */
        Problem: {
            /** @description `about:blank`: the status says what kind it is. */
            type: string;
            /** @description What kind of refusal it is, for people. */
            title: string;
            /**
             * Format: uint16
             * @description The status of the answer.
             */
            status: number;
            /** @description What is wrong here. */
            detail: string;
            /** @description How to mend it. */
            hint?: string | null;
            /**
             * Format: uuid
             * @description What to ask for in the log.
             */
            request_id: string;
            /** @description Where a recipe is at fault: every problem in it. */
            diagnostics?: components["schemas"]["Finding"][];
        };
        /** @description A version that is to be promoted. */
        PromoteBody: {
            /**
             * @description `supervised` or `promoted`; the next stage when absent.
             * @default null
             */
            stage?: ("draft" | "supervised" | "promoted") | null;
            /**
             * Format: uint32
             * @description The version; the newest when absent.
             * @default null
             */
            version?: number | null;
            /**
             * @description Why. Needed for an override.
             * @default null
             */
            reason?: string | null;
            /**
             * @description Also when criteria do not hold, or there are not enough runs to say.
             * @default false
             */
            override?: boolean;
        };
        /** @description The promotion criteria with what was measured. */
        Promotion: {
            /**
             * Format: uint32
             * @description The version that was measured.
             */
            version: number;
            /** @description The stage of that version. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: uint32
             * @description The version that was supervised or promoted last; workflows that follow the newest run it.
             */
            staged_version: number | null;
            /** @description How the recipe came to its stage. */
            record: components["schemas"]["StageRecord"] | null;
            /** @description Workflows that follow the recipe, by name. */
            workflows: string[];
            /**
             * Format: uint
             * @description Finished live runs of that version that count, at most 20.
             */
            runs: number;
            /**
             * Format: uint32
             * @description So many are needed.
             */
            needed: number;
            /** @description The four criteria. */
            criteria: components["schemas"]["Criterion"][];
            /** @description Whether all hold. */
            ready: boolean;
        };
        /** @description Whose models are asked, and so which dialect is spoken. */
        Provider: "openai" | "anthropic";
        /** @description How one provider is set up. */
        ProviderSettings: {
            /** @description Which. */
            provider: components["schemas"]["Provider"];
            /** @description Its name for people. */
            title: string;
            /** @description The model that is asked. */
            model: string;
            /** @description Where that comes from. */
            model_source: components["schemas"]["SettingSource"];
            /** @description The model when nobody chose one. */
            default_model: string;
            /** @description The address that is asked. */
            base_url: string;
            /** @description Where that comes from. */
            base_url_source: components["schemas"]["SettingSource"];
            /** @description Its key, which is never shown. */
            key: components["schemas"]["KeyState"];
            /** @description The environment variable that gives the key when none is set here. */
            key_variable: string;
        };
        /** @description Something that the procedure leaves open. */
        Question: {
            /** @description Under which an answer is given. */
            id: string;
            /**
             * Format: uint
             * @description The line that it is about.
             */
            line: number | null;
            /** @description The question. */
            text: string;
        };
        /** @description What an agent may touch. */
        Reach: {
            /** @description Its id. */
            agent_id: string;
            /** @description Its name. */
            agent: string;
            /** @description Every action that it may call, the harmless first. */
            actions: components["schemas"]["Reachable"][];
            /** @description Tools among them that cannot work now, because something is not set. */
            lacking: components["schemas"]["LackingTool"][];
        };
        /** @description One action that an agent may call. */
        Reachable: {
            /** @description The tool. */
            tool: string;
            /** @description The action. */
            action: string;
            /** @description A few words for people. */
            title: string;
            /** @description What it does to the world. */
            effect: components["schemas"]["Effect"];
            /** @description What a second, equal call does. */
            repeat: components["schemas"]["Repeat"];
            /** @description Which world it reaches now: live or mock. */
            mode: components["schemas"]["Mode"];
        };
        /** @description What became of a message. */
        Receipt: {
            /** @description `started`, `queued`, `duplicate`, `filtered`, `overlap`, `paused` or `ping`. */
            outcome: string;
            /** @description Why no run was started. */
            reason: string | null;
            /** @description The run that it started, now or when it came first. */
            run_id: components["schemas"]["RunId"] | null;
            /** @description Absolute address of the run's page. */
            url: string | null;
        };
        /** @description A run of a workflow in short. */
        RecentRun: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description Where it stands. */
            status: components["schemas"]["RunStatus"];
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            accepted_at: string;
            /**
             * Format: uint64
             * @description From accepted to ended, in milliseconds.
             */
            duration_ms: number | null;
            /** @description Why it failed. */
            error: string | null;
            /** @description Absolute address of its page. */
            url: string;
        };
        /** @description How one recipe did in the window. */
        RecipeBoard: {
            /** @description Its name. */
            recipe: string;
            /** @description Its name in addresses. */
            slug: string;
            /**
             * Format: uint64
             * @description All runs of it.
             */
            runs: number;
            /**
             * Format: uint64
             * @description Ended as `failed`.
             */
            failed: number;
            /**
             * Format: double
             * @description Share of `success` in the runs that ended and were not cancelled, 0 to 1; absent without any.
             */
            success_rate: number | null;
            /**
             * Format: double
             * @description The same in the window before.
             */
            success_rate_before: number | null;
            /**
             * Format: uint64
             * @description 95th percentile of the duration of finished runs.
             */
            p95_ms: number | null;
            /**
             * Format: uint64
             * @description The same in the window before.
             */
            p95_ms_before: number | null;
        };
        /** @description The file of a recipe. */
        RecipeCommit: {
            /** @description Id of the recipe. */
            recipe_id: string;
            /** @description Its name. */
            recipe: string;
            /**
             * Format: uint32
             * @description The version that should be in the file.
             */
            version: number;
            /** @description The file in the folder. */
            file: string;
            /** @description How it stands. */
            state: components["schemas"]["CommitState"];
            /** @description The command that commits it, where it is not. */
            command: string | null;
        };
        /** @description A recipe with its text. */
        RecipeDetails: {
            /** @description Its id. */
            id: string;
            /** @description Unique without case. */
            name: string;
            /** @description The name in file names and addresses: `zoom-room-hdmi-black`. */
            slug: string;
            /**
             * Format: uint32
             * @description The version.
             */
            version: number;
            /** @description One or two sentences. */
            description: string;
            /** @description Who looks after it. */
            owner: string | null;
            /** @description Free labels. */
            tags: string[];
            /** @description What can go wrong. */
            risk: components["schemas"]["Risk"] | null;
            /** @description The stage of this version. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: uint32
             * @description The version that was supervised or promoted last; workflows that follow the newest run it.
             */
            staged_version: number | null;
            /**
             * Format: uint
             * @description Errors that stand in its way with the tools that are there now.
             */
            errors: number;
            /**
             * Format: uint
             * @description What should be better.
             */
            warnings: number;
            /** @description How its runs went. */
            stats: components["schemas"]["RecipeStats"];
            /**
             * Format: date-time
             * @description When this version was saved.
             */
            updated_at: string;
            /** @description The text of this version. */
            yaml: string;
            /** @description SHA-256 of the text, in hex; the entity tag. */
            hash: string;
            /** @description JSON Schema of the inputs. */
            inputs_schema: Json;
            /** @description Every problem. */
            diagnostics: components["schemas"]["Finding"][];
            /** @description Agents that it is attached to, by name. */
            agents: string[];
            /** @description The steps, for the four lanes. */
            steps: components["schemas"]["StepOutline"][];
        };
        /** @description Two versions side by side. */
        RecipeDiff: {
            /**
             * Format: uint32
             * @description The one to compare with.
             */
            from: number;
            /**
             * Format: uint32
             * @description The one compared.
             */
            to: number;
            /** @description Unified text difference; empty when equal. */
            unified: string;
            /** @description What became of each step that differs. */
            steps: components["schemas"]["StepDiff"][];
        };
        /** @description A success metric of a recipe over its newest finished runs. */
        RecipeMetric: {
            /** @description Recipe name. */
            recipe: string;
            /** @description Metric name. */
            name: string;
            /** @description For people. */
            unit: string | null;
            /** @description As written, for example `<= 300`. */
            target: string | null;
            /**
             * Format: double
             * @description Mean of the values.
             */
            value: number | null;
            /**
             * Format: double
             * @description The latest value.
             */
            latest: number | null;
            /**
             * Format: double
             * @description Share of the values that met the target.
             */
            met_rate: number | null;
            /**
             * Format: uint
             * @description Number of values.
             */
            count: number;
            /** @description The latest values, oldest first. */
            trend: number[];
        };
        /** @description How the newest runs of a recipe went. */
        RecipeStats: {
            /**
             * Format: uint
             * @description How many finished runs the figures are made of: the newest, at most 100.
             */
            runs: number;
            /**
             * Format: double
             * @description Share of them that succeeded, 0 to 1; absent without any.
             */
            success_rate: number | null;
            /**
             * Format: uint64
             * @description 95th percentile (nearest rank) of their duration.
             */
            p95_ms: number | null;
            /**
             * Format: double
             * @description Share of verify checks that held, 0 to 1; absent when none was evaluated.
             */
            verify_rate: number | null;
            /**
             * Format: date-time
             * @description When the latest run was accepted.
             */
            last_run_at: string | null;
            /** @description Status of the latest run. */
            last_status: components["schemas"]["RunStatus"] | null;
        };
        /** @description A recipe as lists show it. */
        RecipeSummary: {
            /** @description Its id. */
            id: string;
            /** @description Unique without case. */
            name: string;
            /** @description The name in file names and addresses: `zoom-room-hdmi-black`. */
            slug: string;
            /**
             * Format: uint32
             * @description The version.
             */
            version: number;
            /** @description One or two sentences. */
            description: string;
            /** @description Who looks after it. */
            owner: string | null;
            /** @description Free labels. */
            tags: string[];
            /** @description What can go wrong. */
            risk: components["schemas"]["Risk"] | null;
            /** @description The stage of this version. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: uint32
             * @description The version that was supervised or promoted last; workflows that follow the newest run it.
             */
            staged_version: number | null;
            /**
             * Format: uint
             * @description Errors that stand in its way with the tools that are there now.
             */
            errors: number;
            /**
             * Format: uint
             * @description What should be better.
             */
            warnings: number;
            /** @description How its runs went. */
            stats: components["schemas"]["RecipeStats"];
            /**
             * Format: date-time
             * @description When this version was saved.
             */
            updated_at: string;
        };
        /** @description One bite of a list. */
        RecipeSummaryPage: {
            /** @description Its items. */
            items: components["schemas"]["RecipeSummary"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description Why a run cannot be run again as asked. */
        Refusal: {
            /** @description The step at fault, where it is one. */
            step: components["schemas"]["StepKey"] | null;
            /** @description Why, for people. */
            message: string;
            /** @description What to do instead. */
            hint: string | null;
        };
        /** @description The names of what a reset removed. */
        Removed: {
            /** @description All workflows, with their record of due times. */
            workflows: string[];
            /** @description All agents. */
            agents: string[];
            /** @description All recipes, with their versions. */
            recipes: string[];
            /** @description The tools that were added; built-in ones stay. */
            tools: string[];
        };
        /** @description What a second, equal call does. Ordered from harmless to harmful. */
        Repeat: "safe" | "keyed" | "once";
        /** @description What is said to the sender. */
        Reply: components["schemas"]["Receipt"] | {
            /** @description The challenge. */
            plainToken: string;
            /** @description Its HMAC-SHA256 by the secret, in hex. */
            encryptedToken: string;
        } | {
            /** @description The challenge. */
            challenge: string;
        };
        /** @description How to run again. */
        RerunBody: {
            /**
             * @description `same`, `latest` or a number.
             * @default same
             */
            version?: ("same" | "latest") | number;
            /**
             * @description Where to begin: `start` (as when absent), `failed`, `failed_items`, or the key of a step. What the first run did
             *     before that and what still stands is reused, and is not done again.
             * @default null
             */
            from?: string | null;
            /**
             * @description Replaces the inputs of the first run; the same, with the answers that people gave, when absent.
             * @default null
             */
            inputs?: JsonObject | null;
            /**
             * @description Intake and plan for real, act against the simulators.
             * @default false
             */
            dry_run?: boolean;
            /** @description By key of a step of which nobody knows whether it happened: what somebody has found out. */
            answers?: {
                [key: string]: {
                    /** @description `happened` (it stands), `repeat` (do it again) or `skip` (go on without it). */
                    as: "happened" | "repeat" | "skip" | "fail";
                    /** @description Its result, when it happened and the first run has none. */
                    result?: Json;
                };
            };
        };
        /** @description What running again would do. */
        RerunPreview: {
            /**
             * Format: uint
             * @description How many steps are reused.
             */
            reused: number;
            /**
             * Format: uint
             * @description How many are done, or done again, as far as that is known before it is begun.
             */
            again: number;
            /** @description Each of them in order, at most 500. */
            steps: components["schemas"]["Foreseen"][];
            /** @description Why it would be refused; empty when it can be started. */
            refusals: components["schemas"]["Refusal"][];
        };
        /** @description What a reset did. */
        Reset: {
            /** @description What is gone. */
            removed: components["schemas"]["Removed"];
        };
        /** @description A wish to start over. */
        ResetRequestBody: {
            /** @description The word `RESET`, typed by whoever wants it. */
            confirm: string;
            /**
             * @description Why, for the trail.
             * @default null
             */
            reason?: string | null;
        };
        /** @description What can go wrong, as its author says. */
        Risk: {
            /** @description How bad. */
            level: components["schemas"]["RiskLevel"];
            /** @description Why, and what protects; also the written reason where nothing can be undone. */
            notes?: string | null;
        };
        /** @description How bad it can get. */
        RiskLevel: "low" | "medium" | "high";
        /** @description What a person or program is in this workspace. */
        Role: "viewer" | "operator" | "author" | "admin" | "owner";
        /** @description Who said something. */
        Role2: "person" | "avops";
        /** @description What became of the rollback of a run that did not succeed. */
        RollbackOutcome: "not_needed" | "running" | "rolled_back" | "rollback_failed";
        /** @description A room with its devices. */
        Room: {
            /** @description Its id, unique among rooms. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description Other names that people use. */
            aliases?: string[];
            /** @description Address of its mailbox or calendar. */
            email?: string | null;
            /** @description The site it is on. */
            site?: string | null;
            /** @description IANA time zone. */
            time_zone?: string | null;
            /** @description What other systems call it, by tool: `zoom: zr-hq-204`. */
            ids?: {
                [key: string]: string;
            };
            /** @description Whose it is. One of the simulated campus cannot be changed. */
            world: components["schemas"]["RoomWorld"];
            /** @description The devices in it. */
            devices: components["schemas"]["Device"][];
        };
        /** @description One bite of a list. */
        RoomPage: {
            /** @description Its items. */
            items: components["schemas"]["Room"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description Whose rooms. */
        RoomWorld: "live" | "mock";
        /** @description The run that a run runs again. */
        RunAgain: {
            /** @description Its id. */
            of: components["schemas"]["RunId"];
            /** @description Where this run began: `start`, `failed`, `failed_items` or the key of a step. */
            from: string;
        };
        /** @description The draft of an article about a run. Nothing is saved. */
        RunArticle: {
            /** @description Its title. */
            title: string;
            /** @description Its text as HTML; everything that runs, tools and people said is escaped. */
            html: string;
            /** @description Words to find it by. */
            tags: string[];
        };
        /** @description Something a run left behind. */
        RunArtifact: {
            /** @description `RUN:NUMBER`. */
            id: string;
            /** @description The run. */
            run_id: components["schemas"]["RunId"];
            /** @description `kb`, `message`, `webinar`, `incident`, `file`, `recipe`, `story`, `ticket`, `photo`, `report` … */
            kind: string;
            /** @description For people. */
            title: string;
            /**
             * @description The other system's id.
             * @default null
             */
            external_id: string | null;
            /**
             * @description Where to look at it.
             * @default null
             */
            url: string | null;
            /**
             * @description The rest.
             * @default null
             */
            data: Json;
            /** @description What it holds, where that is kept here. */
            content: components["schemas"]["ArtifactContent"] | null;
            /** @description Phase of the step that made it. */
            phase: components["schemas"]["RunPhase"];
            /** @description Key of the step that made it. */
            step_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
        };
        /** @description Two runs side by side. */
        RunComparison: {
            /** @description The run that was asked for. */
            one: components["schemas"]["RunSummary"];
            /** @description The run that it is compared with. */
            other: components["schemas"]["RunSummary"];
            /** @description Whether both ran the same text of the recipe. */
            same_recipe: boolean;
            /** @description Inputs of either. */
            inputs: components["schemas"]["ComparedValue"][];
            /** @description Results of either. */
            outputs: components["schemas"]["ComparedValue"][];
            /** @description Steps of either, phase by phase, at most 1000. */
            steps: components["schemas"]["ComparedStep"][];
            /** @description What either left behind, at most 500. */
            artifacts: components["schemas"]["ComparedArtifact"][];
            /**
             * Format: uint
             * @description How many steps and artifacts are not shown.
             */
            left_off: number;
        };
        /** @description A run with everything in it. */
        RunDetails: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description What lists call it. */
            name: string;
            /** @description Id of the agent. */
            agent_id: string | null;
            /** @description Its name. */
            agent: string | null;
            /** @description Id of the recipe; absent for a run from a text. */
            recipe_id: string | null;
            /** @description Its name. */
            recipe: string;
            /**
             * Format: uint32
             * @description Its version.
             */
            recipe_version: number;
            /** @description The workflow that started it. */
            workflow_id: string | null;
            /** @description What started it. */
            trigger: string;
            /** @description Live, mock or dry. */
            mode: components["schemas"]["Mode"];
            /** @description Where it stands. */
            status: components["schemas"]["RunStatus"];
            /** @description For what it waits. */
            waiting_for: components["schemas"]["WaitReason"] | null;
            /** @description `not_applicable`, where it applies. */
            outcome: string | null;
            /** @description Who asked. */
            requested_by: string;
            /** @description The room it is about. */
            room: components["schemas"]["RunRoom"] | null;
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at: string | null;
            /**
             * Format: uint64
             * @description From accepted to ended.
             */
            duration_ms: number | null;
            /**
             * Format: uint64
             * @description Without waits for people, timers, locks and windows.
             */
            working_ms: number | null;
            /** @description Where and why it failed. */
            error: components["schemas"]["RunError"] | null;
            /** @description What became of the rollback. */
            rollback: components["schemas"]["RollbackOutcome"] | null;
            /** @description Success metrics. */
            metrics: components["schemas"]["MetricValue"][];
            /** @description Free data of the caller. */
            meta: JsonObject;
            /** @description Absolute address of its page. */
            url: string;
            /** @description Content hash of the recipe that it runs. */
            recipe_hash: string;
            /** @description Inputs, complete with defaults and answers. */
            inputs: JsonObject;
            /** @description The result. */
            outputs: JsonObject;
            /**
             * Format: date-time
             * @description When it goes on by itself.
             */
            wake_at: string | null;
            /** @description The run that it runs again. */
            again: components["schemas"]["RunAgain"] | null;
            /** @description The runs that run it again, newest first, at most 100. */
            again_runs: components["schemas"]["AgainRun"][];
            /**
             * Format: uint64
             * @description Number of the newest journal entry.
             */
            seq: number;
            /** @description Its steps in order of appearance. */
            steps: components["schemas"]["RunStep"][];
            /** @description What it left behind. */
            artifacts: components["schemas"]["RunArtifact"][];
        };
        /** @description Where and why a run failed. */
        RunError: {
            /** @description The phase, where one was reached. */
            phase: components["schemas"]["RunPhase"] | null;
            /** @description The step, where one is at fault. */
            step: components["schemas"]["StepKey"] | null;
            /** @description Why, for people. */
            message: string;
            /** @description What to do about it. */
            hint?: string | null;
        };
        /**
         * Format: uuid
         * @description Names a run; a `UUIDv7`, so ids sort by time.
         */
        RunId: string;
        /** @description A run in a list. */
        RunLine: {
            /** @description The run. */
            run_id: components["schemas"]["RunId"];
            /** @description What lists call it. */
            name: string;
            /** @description Where it stands, in a word. */
            status: string;
            /** @description Why it failed. */
            error: string | null;
        };
        /** @description A request to start a workflow now. */
        RunNowBody: {
            /**
             * @description Put over the workflow's own values, name by name.
             * @default {}
             */
            inputs?: JsonObject;
            /**
             * @description Intake and plan for real, act against the simulators.
             * @default false
             */
            dry_run?: boolean;
        };
        /** @description The part of a run in which a step stands. */
        RunPhase: "intake" | "plan" | "act" | "verify" | "rollback";
        /** @description The room that a run is about, as the directory had it when the run's inputs were complete. */
        RunRoom: {
            /** @description Its id in the directory. */
            id: string;
            /** @description Display name. */
            name: string;
            /** @description The site it is on. */
            site?: string | null;
            /** @description IANA time zone of the room, or of its site. */
            time_zone?: string | null;
        };
        /** @description Where a run stands. */
        RunStatus: "queued" | "running" | "waiting" | "success" | "unproven" | "failed" | "cancelled";
        /** @description A step as front doors show it. */
        RunStep: {
            /** @description Its key. */
            id: components["schemas"]["StepKey"];
            /** @description Its key. */
            key: components["schemas"]["StepKey"];
            /**
             * Format: uint32
             * @description Order of first appearance in the run, from 1.
             */
            seq: number;
            /** @description Where it stands in the lifecycle. */
            phase: components["schemas"]["RunPhase"];
            /** @description For people. */
            title: string;
            /** @description `ask`, `action`, `check` … */
            verb: string;
            /** @description Tool, where one is called. */
            tool: string | null;
            /** @description Action, where one is called. */
            action: string | null;
            /**
             * Format: uint32
             * @description The latest attempt, from 1.
             */
            attempt: number;
            /** @description Where it stands. */
            status: components["schemas"]["StepStatus"];
            /** @description One line for people: what it says, why it was skipped, what it waits for. */
            message: string | null;
            /** @description What went in. */
            payload: Json;
            /** @description What came out. */
            result: Json;
            /** @description Why it failed. */
            error: string | null;
            /**
             * Format: date-time
             * @description When it first began.
             */
            started_at: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at: string | null;
            /** @description What a person must know to answer, while it waits for one. */
            gate: components["schemas"]["Gate"] | null;
            /** @description The run that did it, where this one only reuses its result. */
            reused_from?: components["schemas"]["RunId"] | null;
            /**
             * Format: int64
             * @description From begun to ended.
             */
            duration_ms: number | null;
        };
        /** @description A run as lists show it. */
        RunSummary: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description What lists call it. */
            name: string;
            /** @description Id of the agent. */
            agent_id: string | null;
            /** @description Its name. */
            agent: string | null;
            /** @description Id of the recipe; absent for a run from a text. */
            recipe_id: string | null;
            /** @description Its name. */
            recipe: string;
            /**
             * Format: uint32
             * @description Its version.
             */
            recipe_version: number;
            /** @description The workflow that started it. */
            workflow_id: string | null;
            /** @description What started it. */
            trigger: string;
            /** @description Live, mock or dry. */
            mode: components["schemas"]["Mode"];
            /** @description Where it stands. */
            status: components["schemas"]["RunStatus"];
            /** @description For what it waits. */
            waiting_for: components["schemas"]["WaitReason"] | null;
            /** @description `not_applicable`, where it applies. */
            outcome: string | null;
            /** @description Who asked. */
            requested_by: string;
            /** @description The room it is about. */
            room: components["schemas"]["RunRoom"] | null;
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description When it began.
             */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When it ended.
             */
            finished_at: string | null;
            /**
             * Format: uint64
             * @description From accepted to ended.
             */
            duration_ms: number | null;
            /**
             * Format: uint64
             * @description Without waits for people, timers, locks and windows.
             */
            working_ms: number | null;
            /** @description Where and why it failed. */
            error: components["schemas"]["RunError"] | null;
            /** @description What became of the rollback. */
            rollback: components["schemas"]["RollbackOutcome"] | null;
            /** @description Success metrics. */
            metrics: components["schemas"]["MetricValue"][];
            /** @description Free data of the caller. */
            meta: JsonObject;
            /** @description Absolute address of its page. */
            url: string;
        };
        /** @description One bite of a list. */
        RunSummaryPage: {
            /** @description Its items. */
            items: components["schemas"]["RunSummary"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description What is to be tested. */
        RunTestsBody: {
            /**
             * Format: uint32
             * @description A version of the recipe; the newest when absent.
             * @default null
             */
            version?: number | null;
            /**
             * @description A text of the recipe that need not be saved, in the place of a version.
             * @default null
             */
            yaml?: string | null;
            /**
             * @description Tests that need not be saved, in the place of the saved ones.
             * @default null
             */
            tests?: string | null;
        };
        /** @description A recipe's text to be saved. */
        SaveRecipeBody: {
            /** @description The text. */
            yaml: string;
            /**
             * @description What changed, for the version list.
             * @default null
             */
            changelog?: string | null;
        };
        /** @description Tests to be saved. */
        SaveTestsBody: {
            /** @description Their text; an empty one removes them. */
            yaml: string;
        };
        /** @description The tests of a recipe. */
        SavedTests: {
            /** @description Name of the recipe. */
            recipe: string;
            /** @description The name under which they are a file: `SLUG.test.yaml`. */
            file: string;
            /** @description Their text; empty when there are none. */
            yaml: string;
            /** @description The name of each test. */
            tests: string[];
            /** @description Who saved them. */
            author: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            updated_at: string | null;
        };
        /** @description Something that a person says. */
        SayTextBody: {
            /**
             * @description The conversation; a new one when absent.
             * @default null
             */
            thread_id?: string | null;
            /** @description Plain words, or a command that begins with `/`. */
            text: string;
            /**
             * @description Whether raw payloads are to be shown.
             * @default false
             */
            json_mode?: boolean;
        };
        /** @description A recipe to start from. */
        Scaffold: {
            /** @description Its text. */
            yaml: string;
        };
        /** @description How good a draft is; each figure is a share from 0 to 1. */
        Score: {
            /**
             * Format: double
             * @description Expected steps, inputs and the limit that are there.
             */
            items: number;
            /**
             * Format: double
             * @description Neighbours among the expected steps that are in order.
             */
            order: number;
            /**
             * Format: double
             * @description Hazards that are gated.
             */
            gates: number;
            /**
             * Format: double
             * @description 1 when nothing is there that must not be.
             */
            sober: number;
            /**
             * Format: double
             * @description Lines that were to be used and are.
             */
            lines: number;
            /** @description What is not as it was expected, in words. */
            missed: string[];
        };
        /** @description What a new key did. */
        Sealed: {
            /**
             * Format: uint
             * @description How many settings are sealed with it now.
             */
            settings: number;
        };
        /** @description Which groups to seed. */
        Seed: {
            /**
             * @description One agent for each domain.
             * @default true
             */
            agents: boolean;
            /**
             * @description The example recipes.
             * @default true
             */
            recipes: boolean;
            /**
             * @description The built-in tools. They are always there, so they are only ever counted as skipped.
             * @default true
             */
            tools: boolean;
            /**
             * @description Example workflows. The choice is kept; there is nothing to create in this group yet, so its counts are zero.
             * @default true
             */
            workflows: boolean;
        };
        /** @description What one switch of the wizard stands for. */
        SeedGroup: "agents" | "recipes" | "tools" | "workflows";
        /** @description A call that a test saw. */
        SeenCall: {
            /** @description Key of the step that made it. */
            step: string;
            /** @description `tool.action`. */
            action: string;
            /** @description Its arguments. */
            args: Json;
            /** @description Why it did not end well, if it did not. */
            error: string | null;
        };
        /** @description When an approval must come from somebody else. */
        Separation: "auto" | "on" | "off";
        /** @description How the server feels. */
        ServerHealth: {
            /** @description `ok` or `not ready`. */
            status: string;
        };
        /** @description A session as lists show it. */
        Session: {
            /** @description Its id. */
            id: string;
            /** @description Who. */
            name: string;
            /** @description With which role. */
            role: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @description When it was opened.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was last used, to the minute.
             */
            last_seen_at: string;
            /**
             * Format: date-time
             * @description When it ends in any case.
             */
            expires_at: string;
        };
        /** @description One bite of a list. */
        SessionPage: {
            /** @description Its items. */
            items: components["schemas"]["Session"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description Where the value of a tool's setting comes from. */
        SettingOrigin: "default" | "environment" | "workspace";
        /** @description Where the value of a setting comes from. */
        SettingSource: "default" | "environment" | "workspace" | "flag";
        /** @description The settings as they hold now, with where each comes from. */
        Settings: {
            /** @description Whether runs use the simulated campus. */
            mock: boolean;
            /** @description Where that comes from. */
            mock_source: components["schemas"]["SettingSource"];
            /**
             * @description When an approval on real systems must come from somebody else than who asked for the run, made its workflow or
             *     saved its recipe.
             */
            separation: components["schemas"]["Separation"];
            /** @description Notices of waits for people. */
            notices: components["schemas"]["NoticeSettings"];
            /** @description How language models are set up. */
            models: components["schemas"]["ModelSettings"];
            /** @description How the chosen provider stands. */
            model_status: components["schemas"]["ModelStatus"];
        };
        /** @description What to change; what is absent stays. */
        SettingsChangeBody: {
            /**
             * @description Whether runs use the simulated campus.
             * @default null
             */
            mock?: boolean | null;
            /**
             * @description When an approval on real systems must come from somebody else.
             * @default null
             */
            separation?: ("auto" | "on" | "off") | null;
            /** @description Notices of waits for people. */
            notices?: {
                /**
                 * @description Whether they are sent. Only waits that begin after this are told.
                 * @default null
                 */
                on?: boolean | null;
                /**
                 * @description The Slack channel, as `#name` or by its id.
                 * @default null
                 */
                channel?: string | null;
            } | null;
            /**
             * @description Who is asked: `anthropic` in any case is that one, everything else `OpenAI`.
             * @default null
             */
            provider?: string | null;
            /**
             * @description Whether the other provider stands in when the chosen one cannot answer.
             * @default null
             */
            fallback?: boolean | null;
            /**
             * @description Whether models outside may be asked at all.
             * @default null
             */
            outside?: boolean | null;
            /**
             * Format: uint32
             * @description Most tokens of one turn; null for the default.
             * @default null
             */
            max_tokens?: number | null;
            /**
             * Format: uint32
             * @description How often a model is asked for the draft of a procedure; null for the default.
             * @default null
             */
            sop_rounds?: number | null;
            /**
             * Format: uint64
             * @description Most tokens in 24 hours; null for no limit.
             * @default null
             */
            daily_tokens?: number | null;
            /**
             * Format: double
             * @description Most US dollars in 24 hours; null for no limit.
             * @default null
             */
            daily_usd?: number | null;
            /** @description How `OpenAI`, or a server that speaks its dialect, is set up. */
            openai?: {
                /**
                 * @description The model.
                 * @default null
                 */
                model?: string | null;
                /**
                 * @description The address of a server that speaks the same dialect.
                 * @default null
                 */
                base_url?: string | null;
                /** @description The key. It is sealed and never shown again. */
                key?: string | null;
            } | null;
            /** @description How Anthropic, or a server that speaks its dialect, is set up. */
            anthropic?: {
                /**
                 * @description The model.
                 * @default null
                 */
                model?: string | null;
                /**
                 * @description The address of a server that speaks the same dialect.
                 * @default null
                 */
                base_url?: string | null;
                /** @description The key. It is sealed and never shown again. */
                key?: string | null;
            } | null;
        };
        /** @description Which groups to seed. */
        SetupBody: {
            /**
             * @description Everything when absent.
             * @default {
             *       "agents": true,
             *       "recipes": true,
             *       "tools": true,
             *       "workflows": true
             *     }
             */
            seed?: {
                /**
                 * @description One agent for each domain.
                 * @default true
                 */
                agents?: boolean;
                /**
                 * @description The example recipes.
                 * @default true
                 */
                recipes?: boolean;
                /**
                 * @description The built-in tools. They are always there, so they are only ever counted as skipped.
                 * @default true
                 */
                tools?: boolean;
                /**
                 * @description Example workflows. The choice is kept; there is nothing to create in this group yet, so its counts are zero.
                 * @default true
                 */
                workflows?: boolean;
            };
        };
        /** @description What seeding did. */
        SetupOutcome: {
            /** @description Made now. */
            created: components["schemas"]["Counts"];
            /** @description There already. */
            skipped: components["schemas"]["Counts"];
            /** @description Could not be made. */
            failed: components["schemas"]["Counts"];
            /** @description Names of what was made now, so that lists can mark them. */
            new_agents: string[];
            /** @description Names of what was made now, so that lists can mark them. */
            new_recipes: string[];
            /** @description Names of what was made now, so that lists can mark them. */
            new_workflows: string[];
            /** @description Why something could not be made. */
            errors: string[];
        };
        /** @description What there is and what seeding would make. */
        SetupStatus: {
            /** @description Whether Initialize was pressed before. */
            initialized: boolean;
            /** @description The choices of last time. */
            choices: components["schemas"]["Seed"];
            /** @description Per group. */
            groups: components["schemas"]["GroupStatus"][];
            /** @description What must be well for the product to work. */
            health: components["schemas"]["HealthLine"][];
        };
        /** @description How much a diagnostic matters. */
        Severity: "error" | "warning";
        /** @description The one-time code of a sign-in link. */
        SignInBody: {
            /** @description The code. */
            code: string;
        };
        /** @description A one-time sign-in link. */
        SignInLink: {
            /** @description Its absolute address. */
            url: string;
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expires_at: string;
        };
        /** @description What a person (or a program for one) tells a run. */
        SignalBody: {
            /** @constant */
            kind: "answer";
            /** @description Name to value. */
            inputs: JsonObject;
        } | {
            /** @constant */
            kind: "approve";
            /** @description The waiting step; may be left out when exactly one waits. */
            step?: string | null;
            /** @description Why. */
            note?: string | null;
        } | {
            /** @constant */
            kind: "reject";
            /** @description The waiting step; may be left out when exactly one waits. */
            step?: string | null;
            /** @description Why. */
            note?: string | null;
        } | {
            /** @constant */
            kind: "request_changes";
            /** @description The waiting step; may be left out when exactly one waits. */
            step?: string | null;
            /** @description What is to be different. */
            note: string;
        } | {
            /** @constant */
            kind: "done";
            /** @description The waiting step; may be left out when exactly one waits. */
            step?: string | null;
            /** @description What was done or seen. */
            note?: string | null;
            /** @description A photo or another proof. */
            artifact?: {
                /** @description `kb`, `message`, `webinar`, `incident`, `file`, `recipe`, `story`, `ticket`, `photo`, `report` … */
                kind: string;
                /** @description For people. */
                title: string;
                /**
                 * @description The other system's id.
                 * @default null
                 */
                external_id?: string | null;
                /**
                 * @description Where to look at it.
                 * @default null
                 */
                url?: string | null;
                /**
                 * @description The rest.
                 * @default null
                 */
                data?: Json;
            } | null;
        } | {
            /** @constant */
            kind: "resolve";
            /** @description The waiting step; may be left out when exactly one waits. */
            step?: string | null;
            /** @description The answer. */
            as: "happened" | "repeat" | "skip" | "fail";
            /** @description Its result, when it happened. */
            result?: Json;
            /** @description Why. */
            note?: string | null;
        } | {
            /** @constant */
            kind: "release";
            /** @description What was looked at. */
            note?: string | null;
        } | {
            /** @constant */
            kind: "pause";
            /** @description Why. */
            reason?: string | null;
        } | {
            /** @constant */
            kind: "resume";
            /** @description Why, or what was looked at. */
            note?: string | null;
        } | {
            /** @constant */
            kind: "cancel";
            /** @description Why. */
            reason?: string | null;
        };
        /** @description A run that was told something. */
        Signalled: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description Where it stands now. */
            status: components["schemas"]["RunStatus"];
            /** @description For what it waits now. */
            waiting_for: components["schemas"]["WaitReason"] | null;
        };
        /** @description How a message shows who sent it. */
        Signature: "standard" | "github" | "slack" | "zoom";
        /** @description The draft of a recipe. */
        SopDraft: {
            /** @description The name that it has. */
            name: string;
            /** @description The recipe. */
            yaml: string;
            /** @description What the validator says of it. */
            diagnostics: components["schemas"]["Finding"][];
            /** @description Every line of the procedure that is not blank, and what became of it. */
            trace: components["schemas"]["TraceLine"][];
            /** @description What was guessed. */
            assumptions: components["schemas"]["Assumption"][];
            /** @description What the procedure leaves open. */
            questions: components["schemas"]["Question"][];
            /** @description Who drafted it. */
            engine: components["schemas"]["SopEngine"];
            /** @description Why no model drafted it, where one was asked for or might have been. */
            reason: string | null;
            /** @description What a model took to draft it. */
            work: components["schemas"]["SopWork"] | null;
        };
        /** @description Who drafted it. */
        SopEngine: "rules" | "model";
        /** @description A procedure, and what is expected of its draft. */
        SopExpectedBody: {
            /** @description The procedure, and who is to draft it. */
            sop: {
                /** @description The procedure, at most 64 KB. */
                text: string;
                /**
                 * @description The agent whose tools the recipe may use; without one, all.
                 * @default null
                 */
                agent?: string | null;
                /**
                 * @description What to call the recipe; read off the text when absent.
                 * @default null
                 */
                name?: string | null;
                /**
                 * @description Answers to the questions of an earlier draft, by their ids.
                 * @default {}
                 */
                answers?: {
                    [key: string]: string;
                };
                /**
                 * @description Who is to draft it.
                 * @default auto
                 */
                engine?: "auto" | "model" | "rules";
            };
            /** @description What is expected. */
            expected: {
                /**
                 * @description Steps that must be there, in their order: a part of `PHASE VERB DETAIL`, as in `act action pjlink.power_on`.
                 * @default []
                 */
                steps?: string[];
                /**
                 * @description Inputs that must be asked for, by name.
                 * @default []
                 */
                inputs?: string[];
                /**
                 * @description Steps that must lie behind an approval, or be done by a person.
                 * @default []
                 */
                gated?: string[];
                /**
                 * @description What must not be there.
                 * @default []
                 */
                never?: string[];
                /**
                 * @description Lines from which something must have come.
                 * @default []
                 */
                mapped?: number[];
                /**
                 * Format: uint64
                 * @description The limit of a run, in minutes.
                 * @default null
                 */
                minutes?: number | null;
            };
        };
        /** @description How good the draft is. */
        SopScored: {
            /** @description Its figures, each from 0 to 1. */
            score: components["schemas"]["Score"];
            /**
             * Format: double
             * @description Their mean.
             */
            mean: number;
            /** @description Who drafted it. */
            engine: components["schemas"]["SopEngine"];
            /** @description Why no model drafted it, where one was asked for. */
            reason: string | null;
            /** @description What a model took to draft it. */
            work: components["schemas"]["SopWork"] | null;
        };
        /** @description A procedure to be turned into a recipe. */
        SopTextBody: {
            /** @description The procedure, at most 64 KB. */
            text: string;
            /**
             * @description The agent whose tools the recipe may use; without one, all.
             * @default null
             */
            agent?: string | null;
            /**
             * @description What to call the recipe; read off the text when absent.
             * @default null
             */
            name?: string | null;
            /**
             * @description Answers to the questions of an earlier draft, by their ids.
             * @default {}
             */
            answers?: {
                [key: string]: string;
            };
            /**
             * @description Who is to draft it.
             * @default auto
             */
            engine?: "auto" | "model" | "rules";
        };
        /** @description What a model took to draft a recipe. */
        SopWork: {
            /** @description Who answered last. */
            provider: string;
            /** @description The model, as the provider names it. */
            model: string;
            /** @description Whether the simulated provider answered. */
            mock: boolean;
            /**
             * Format: uint32
             * @description How often it was asked for a draft.
             */
            rounds: number;
            /** @description What was still wrong after the last round, and put right by the program. */
            mended: string[];
            /**
             * Format: uint64
             * @description Tokens read.
             */
            input_tokens: number;
            /**
             * Format: uint64
             * @description Tokens written.
             */
            output_tokens: number;
            /**
             * Format: double
             * @description US dollars, where the price is known and a real model answered.
             */
            cost_usd: number | null;
        };
        /** @description Where a version of a recipe stands on the way to work on its own. */
        Stage: "draft" | "supervised" | "promoted";
        /** @description How a recipe came to its stage. */
        StageRecord: {
            /** @description Who put it there; `AVOps` for a demotion by itself. */
            by: string;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Why. */
            reason: string | null;
            /**
             * @description Criteria that did not hold and were overridden, by name.
             * @default []
             */
            waived: string[];
            /**
             * @description Whether it was demoted by itself, and not by a person.
             * @default false
             */
            automatic: boolean;
            /**
             * @description Hashes of the definitions of the actions that it calls, as they were then.
             * @default {}
             */
            actions: {
                [key: string]: string;
            };
        };
        /** @description Where a tool of an MCP server stands. */
        Standing: "approved" | "new" | "changed" | "gone" | "refused" | "unasked";
        /** @description A run to start: of a saved recipe, or straight from a text. */
        StartBody: {
            /** @description Agent by id or name; needed for a saved recipe. */
            agent?: string | null;
            /** @description A saved recipe by id or name; or else a text as `yaml`. */
            recipe?: string | null;
            /**
             * Format: uint32
             * @description Version of the saved recipe; the newest when absent.
             */
            version?: number | null;
            /**
             * @description Input values by name. What is missing and has no default parks the run.
             * @default {}
             */
            inputs?: JsonObject;
            /**
             * @description Intake and plan for real, act against the simulators.
             * @default false
             */
            dry_run?: boolean;
            /** @description What lists call the run; the recipe's name when absent. */
            name?: string | null;
            /**
             * @description Free data of the caller.
             * @default {}
             */
            meta?: JsonObject;
            /** @description A recipe's text that need not be saved. */
            yaml?: string | null;
            /** @description What messages call the text, for example a file name. */
            source?: string | null;
        };
        /** @description A run that was accepted. */
        StartedRun: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /** @description Where it stands. */
            status: components["schemas"]["RunStatus"];
            /** @description Absolute address of its page. */
            url: string;
            /** @description For what it waits. */
            waiting_for?: components["schemas"]["WaitReason"] | null;
            /** @description The result. */
            outputs?: JsonObject;
            /** @description Where and why it failed. */
            error?: components["schemas"]["RunError"] | null;
            /** @description What became of the rollback. */
            rollback?: components["schemas"]["RollbackOutcome"] | null;
        };
        /** @description What became of a step. */
        StepDiff: {
            /** @description `added`, `removed` or `changed`. */
            kind: string;
            /** @description Step id. */
            id: string;
            /** @description Its phase. */
            phase: string;
            /** @description In the version to compare with, in a line. */
            before: string | null;
            /** @description In the version compared, in a line. */
            after: string | null;
        };
        /** @description What becomes of a step of the first run. */
        StepFate: "reused" | "again" | "in_doubt";
        /**
         * @description Names a step of a run: the recipe's step id, with `[n]` (from 0) for each loop around it (`act.2[3]`,
         *     `act.2[3].do.1`; a step with an id of its own in that loop is `act.2[3].ID`).
         *
         *     What belongs to a step has its key behind a prefix: `undo:` reverses it, `probe:` asks whether it happened,
         *     `guard:` asks whether it would do harm, `approve:` asks a person for it, `window:` and `closed:` wait until it may run.
         *     `hold:N` and `pause:N` hold the run itself.
         */
        StepKey: string;
        /** @description A step as the lanes show it. */
        StepOutline: {
            /** @description Step id. */
            id: string;
            /** @description `intake`, `plan`, `act`, `verify` or `rollback`. */
            phase: string;
            /** @description Its verb. */
            verb: string;
            /** @description What it does, in a line. */
            title: string;
            /** @description Tool, where one is called. */
            tool: string | null;
            /** @description Action, where one is called. */
            action: string | null;
            /** @description Effect of the action, where known. */
            effect: components["schemas"]["Effect"] | null;
            /** @description Whether it is undone when the run fails. */
            undo: boolean;
            /**
             * Format: uint
             * @description How deep it stands inside blocks.
             */
            depth: number;
            /**
             * Format: uint
             * @description Line in the text, from 1.
             */
            line: number;
        };
        /** @description A step in one of two runs. */
        StepSide: {
            /** @description Where it stands. */
            status: components["schemas"]["StepStatus"];
            /**
             * Format: int64
             * @description From begun to ended.
             */
            duration_ms: number | null;
            /**
             * Format: uint32
             * @description The latest attempt.
             */
            attempt: number;
            /** @description Why it failed. */
            error: string | null;
            /** @description The run that did it, where this one reuses its result. */
            reused_from: components["schemas"]["RunId"] | null;
        };
        /** @description Where a step stands. */
        StepStatus: "running" | "ok" | "failed" | "skipped" | "waiting";
        /** @description A bundle, ready to be sent to somebody. */
        SupportBundle: {
            /** @description A name for its file. */
            name: string;
            /**
             * Format: uint
             * @description Length of the file, in bytes.
             */
            bytes: number;
            /** @description The ZIP file, in base64. */
            zip: string;
        };
        /** @description A fault, and whether it is on. */
        SwitchedFault: {
            /** @description Its name in calls. */
            fault: string;
            /** @description What happens. */
            title: string;
            /** @description Whether it happens now. */
            on: boolean;
        };
        /** @description Something that a command takes. */
        Takes: {
            /** @description Its name in a pair; absent where the value stands by itself. */
            key: string | null;
            /** @description What its value is. */
            kind: components["schemas"]["Kind"];
            /** @description Whether the command needs it. */
            required: boolean;
        };
        /** @description The draft of a test. Nothing is saved. */
        TestDraft: {
            /** @description Name of the recipe. */
            recipe: string;
            /** @description Name of the test. */
            name: string;
            /** @description The name under which it is a file. */
            file: string;
            /** @description A whole file with this one test. */
            yaml: string;
            /** @description What a person must look at: what the journal does not say, and the simulated campus cannot know. */
            notes: string[];
        };
        /** @description How the tests of a recipe went. */
        TestReport: {
            /** @description Name of the recipe. */
            recipe: string;
            /** @description Whether all passed. */
            ok: boolean;
            /**
             * Format: uint
             * @description How many passed.
             */
            passed: number;
            /**
             * Format: uint
             * @description How many did not.
             */
            failed: number;
            /** @description One for each test, in the order of the file. */
            tests: components["schemas"]["TestResult"][];
        };
        /** @description How one test went. */
        TestResult: {
            /** @description Its name. */
            name: string;
            /** @description Whether everything was as expected. */
            ok: boolean;
            /** @description What was not. */
            mismatches: components["schemas"]["Mismatch"][];
            /** @description Why it could not be run at all. */
            error: string | null;
            /** @description How the run ended. */
            status: components["schemas"]["RunStatus"] | null;
            /** @description Its steps, in the order in which they appeared. */
            steps: components["schemas"]["TestStep"][];
            /** @description The calls that it made. */
            calls: components["schemas"]["SeenCall"][];
            /**
             * Format: uint64
             * @description How long the test took.
             */
            duration_ms: number;
            /**
             * Format: uint64
             * @description How long the run took by its own clock, which is turned forward while the run waits for a time; 0 for one that did not
             *     end.
             */
            simulated_ms: number;
        };
        /** @description A step of the run of a test. */
        TestStep: {
            /** @description Its key. */
            key: string;
            /** @description Where it stands. */
            phase: components["schemas"]["RunPhase"];
            /** @description For people. */
            title: string;
            /** @description What became of it. */
            status: components["schemas"]["StepStatus"];
            /** @description One line for people. */
            message: string | null;
            /** @description Why it failed. */
            error: string | null;
        };
        /** @description What to change about a thread; what is absent stays. */
        ThreadChangeBody: {
            /** @description What lists call it. */
            title?: string | null;
            /** @description Out of the way, or back. */
            archived?: boolean | null;
        };
        /** @description What one look at the schedules did. */
        Ticked: {
            /**
             * Format: uint64
             * @description How many times were due.
             */
            due: number;
            /** @description The runs that were started for them. */
            started: components["schemas"]["RunId"][];
            /**
             * Format: uint64
             * @description How many due times started nothing, each with its reason in the workflow's record.
             */
            not_run: number;
        };
        /** @description A token as lists show it; the secret itself is shown once and stored hashed. */
        Token: {
            /** @description Its id. */
            id: string;
            /** @description Whose or what for. */
            name: string;
            /** @description Its role. */
            role: components["schemas"]["Role"];
            /** @description Whether it may approve. */
            may_approve: boolean;
            /** @description The first characters, to tell tokens apart. */
            prefix: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it stops working; absent for the owner token.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to the minute.
             */
            last_used_at: string | null;
        };
        /** @description One bite of a list. */
        TokenPage: {
            /** @description Its items. */
            items: components["schemas"]["Token"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description A tool. */
        Tool: {
            /** @description Its name. */
            name: string;
            /** @description `builtin`, `http` or `mcp`. */
            kind: string;
            /** @description For people. */
            title: string;
            /** @description What it is for. */
            description: string;
            /** @description Which world it is called in now: live or mock. */
            mode: components["schemas"]["Mode"];
            /** @description The latest health that was seen in this mode; absent before the first check. */
            health: components["schemas"]["Health"] | null;
            /** @description Its actions. */
            actions: components["schemas"]["ToolAction"][];
            /** @description Address, for one that was added. */
            base_url: string | null;
            /** @description The file in the folder of connectors that describes it, if one does. */
            file: string | null;
            /** @description Agents that may use it (or some of its actions), by name. */
            used_by: string[];
            /** @description Recipes that call it, by name. */
            recipes: string[];
            /** @description What can be set for it, and what is. */
            settings: components["schemas"]["ToolSetting"][];
            /** @description Whether the simulated campus answers in its place although the workspace is live. */
            simulate: boolean;
            /** @description The MCP server that it is, if it is one. */
            mcp: components["schemas"]["McpServer"] | null;
        };
        /** @description An action of a tool. */
        ToolAction: {
            /** @description Name within the tool, for example `lookup_zoom_room`. */
            name: string;
            /** @description Other names that recipes may use for it. */
            aliases?: string[];
            /** @description A few words for people. */
            title: string;
            /** @description One or two sentences: what it does, and when to use it. */
            description: string;
            /** @description What it does to the world. */
            effect: components["schemas"]["Effect"];
            /** @description What a second call does. */
            repeat: components["schemas"]["Repeat"];
            /** @description JSON Schema of the arguments (an object schema). */
            input_schema: Json;
            /** @description JSON Schema of the result, where known. */
            output_schema?: Json;
            /** @description The name under which a recipe sees the result; the action's own name when absent. */
            result?: string | null;
            /** @description The read action of the same tool that says whether a destructive call would harm somebody now. */
            guard?: components["schemas"]["GuardSpec"] | null;
            /** @description What a language model could do with it; the cautious guess of [`ActionSpec::labels`] when absent. */
            labels?: components["schemas"]["Label"][] | null;
            /** @description Kinds of artifacts that it leaves behind. */
            artifacts: string[];
        };
        /**
         * @description What to change about a tool; what is absent stays. Only settings and `simulate` can be changed for a tool that
         *     ships with the program. Shows no credential, and cannot be written out.
         */
        ToolChangeBody: {
            /** @description For people. */
            title?: string | null;
            /** @description What it is for. */
            description?: string | null;
            /** @description Where `/health` and `/action` are. */
            base_url?: string | null;
            /** @description Its actions by name; replaces all. */
            actions?: {
                [key: string]: {
                    /**
                     * @description What it does to the world; `destructive` when absent.
                     * @default null
                     */
                    effect?: ("read" | "write" | "destructive") | null;
                    /**
                     * @description What a second call does; `once` when absent, and `safe` for what only reads.
                     * @default null
                     */
                    repeat?: ("safe" | "keyed" | "once") | null;
                    /**
                     * @description A few words for people.
                     * @default null
                     */
                    title?: string | null;
                    /**
                     * @description When to use it.
                     * @default null
                     */
                    description?: string | null;
                    /**
                     * @description JSON Schema of the arguments.
                     * @default null
                     */
                    input_schema?: Json;
                    /**
                     * @description JSON Schema of the result.
                     * @default null
                     */
                    output_schema?: Json;
                    /**
                     * @description Name of its result.
                     * @default null
                     */
                    result?: string | null;
                    /**
                     * @description A result as it may look: what the simulator answers. The arguments when absent.
                     * @default null
                     */
                    example?: Json;
                };
            } | null;
            /** @description It answers 503 only before it has done anything, so that such a call may be repeated freely. */
            refuses_before_acting?: boolean | null;
            /**
             * @description How an MCP server is reached. What was approved stays approved as long as it is offered in the same form; the
             *     token of another address is forgotten.
             */
            transport?: {
                /**
                 * @description The address of a server that speaks Streamable HTTP.
                 * @default null
                 */
                url?: string | null;
                /** @description The bearer token for it. */
                token?: string | null;
                /**
                 * @description The absolute path of a program that speaks over its standard input and output.
                 * @default null
                 */
                command?: string | null;
                /**
                 * @description Its arguments.
                 * @default []
                 */
                args?: string[];
                /** @description The variables in its environment, which holds no others. A null keeps the value that was set before. */
                env?: {
                    [key: string]: string | null;
                };
            } | null;
            /** @description What mock mode does with it: call it as it is (only on this machine) or simulate it. */
            in_mock?: ("call" | "simulate") | null;
            /**
             * Format: uint32
             * @description Most calls in a minute: what goes beyond waits, and is tried later.
             */
            calls_per_minute?: number | null;
            /** @description Settings by name (`NAME/DEVICE` for one device); null clears one. A credential is never shown again. */
            settings?: {
                [key: string]: string | null;
            };
            /** @description Whether the simulated campus answers in its place although the workspace is live. */
            simulate?: boolean | null;
        };
        /** @description One bite of a list. */
        ToolPage: {
            /** @description Its items. */
            items: components["schemas"]["Tool"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description One setting of a tool. */
        ToolSetting: {
            /** @description Its name; `NAME/DEVICE` for one device. */
            name: string;
            /** @description A few words for people. */
            title: string;
            /** @description Where to find the value, and which rights it needs. */
            help: string | null;
            /** @description A credential: what was set is never shown. */
            secret: boolean;
            /** @description The tool does nothing without it. */
            required: boolean;
            /** @description It may be set for single devices as well, under `NAME/DEVICE`. */
            per_device: boolean;
            /** @description The environment variable that gives it when nobody has set it here. */
            env: string | null;
            /** @description The value when nobody gives one. */
            default: string | null;
            /** @description The values there are, where they are few. */
            options: string[];
            /** @description Whether it has a value. */
            set: boolean;
            /** @description Where the value comes from; absent when there is none. */
            source: components["schemas"]["SettingOrigin"] | null;
            /** @description The value, unless it is a credential. */
            value: string | null;
            /** @description The last four characters of a credential of 12 or more. */
            last4: string | null;
            /** @description A value was set here, and the key that opens it is missing: set it again. */
            unreadable: boolean;
            /**
             * Format: date-time
             * @description When it was set here.
             */
            updated_at: string | null;
            /** @description Who set it here. */
            updated_by: string | null;
        };
        /** @description A line of the procedure. */
        TraceLine: {
            /**
             * Format: uint
             * @description From 1.
             */
            line: number;
            /** @description As it stands. */
            text: string;
            /** @description Ids of the steps that come from it. */
            steps: string[];
            /** @description What became of it. */
            kind: components["schemas"]["LineUse"];
        };
        /** @description One bar of the trend. */
        TrendPoint: {
            /**
             * Format: date-time
             * @description Start of the hour or day (UTC).
             */
            t: string;
            /**
             * Format: uint64
             * @description Ended as `success`.
             */
            success: number;
            /**
             * Format: uint64
             * @description Ended as `unproven`.
             */
            unproven: number;
            /**
             * Format: uint64
             * @description Ended as `failed`.
             */
            failed: number;
            /**
             * Format: uint64
             * @description Ended as `cancelled`.
             */
            cancelled: number;
            /**
             * Format: uint64
             * @description Queued, under way or waiting.
             */
            active: number;
            /**
             * Format: uint64
             * @description Everything but `success` and `failed`.
             */
            other: number;
        };
        /** @description What came of a try. A provider that is not well is an answer, not an error. */
        Tried: {
            /** @description Whether it answered. */
            ok: boolean;
            /** @description Who was asked. */
            provider: components["schemas"]["Provider"];
            /** @description Which model. */
            model: string;
            /** @description Whether the simulated provider answered, because the workspace is in mock mode. */
            mock: boolean;
            /** @description The model's words, or what is wrong. */
            detail: string;
            /** @description `wrong_key`, `rate_limited`, `unreachable` … when it did not answer. */
            kind: string | null;
            /** @description How to mend it. */
            hint: string | null;
            /**
             * Format: uint
             * @description How many models the provider lists for the key.
             */
            models: number | null;
            /**
             * Format: double
             * @description What the try cost in US dollars, where the price is known.
             */
            cost_usd: number | null;
        };
        /** @description What a sample message would do. */
        TriedMessage: {
            /** @description Whether it would start a run. */
            starts: boolean;
            /** @description The inputs that the run would get from it. */
            inputs: JsonObject;
            /** @description Why it would not start, or could not be read. */
            reason: string | null;
        };
        /** @description What starts a workflow. */
        Trigger: {
            /** @constant */
            type: "manual";
        } | {
            /** @constant */
            type: "interval";
            /**
             * Format: uint32
             * @description Whole minutes between two starts.
             */
            minutes: number;
        } | {
            /** @constant */
            type: "cron";
            /** @description Minute, hour, day of month, month, day of week. Where both days are restricted, either will do. */
            expression: string;
            /**
             * @description IANA name of the time zone; UTC when absent.
             * @default UTC
             */
            tz: string;
        } | {
            /** @constant */
            type: "webhook";
            /**
             * @description How a message shows who sent it.
             * @default standard
             */
            signature: components["schemas"]["Signature"];
            /** @description Which messages start a run: an expression over `event` (the message) and `delivery`; all when absent. */
            when?: string | null;
            /**
             * @description Inputs made of the message, put over the workflow's own: `{"room": "{{ event.payload.object.room_name }}"}`.
             * @default {}
             */
            inputs: JsonObject;
            /**
             * Format: uint32
             * @description Most messages that are taken a minute, 1 to 600.
             * @default 60
             */
            per_minute: number;
        };
        /** @description Which provider to try. */
        TryProviderBody: {
            /**
             * @description The chosen one when absent.
             * @default null
             */
            provider?: ("openai" | "anthropic") | null;
        };
        /** @description A text to check. */
        ValidateRecipeBody: {
            /** @description The text. */
            yaml: string;
            /**
             * @description Agent by id or name, whose tools the recipe may use; without one every tool.
             * @default null
             */
            agent?: string | null;
        };
        /** @description What a check of a text found. */
        Validation: {
            /** @description Whether it can run. */
            valid: boolean;
            /** @description Every problem. */
            diagnostics: components["schemas"]["Finding"][];
            /** @description JSON Schema of the inputs. */
            inputs_schema: Json;
            /** @description The steps, as far as they can be read. */
            steps: components["schemas"]["StepOutline"][];
        };
        /** @description One version of a recipe. */
        VersionSummary: {
            /**
             * Format: uint32
             * @description Its number.
             */
            version: number;
            /** @description SHA-256 of the text, in hex. */
            hash: string;
            /** @description What changed. */
            changelog: string | null;
            /** @description Who saved it. */
            author: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
        };
        /** @description One bite of a list. */
        VersionSummaryPage: {
            /** @description Its items. */
            items: components["schemas"]["VersionSummary"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
        /** @description What a waiting run waits for. */
        WaitReason: "input" | "approval" | "manual" | "timer" | "lock" | "window" | "interrupted" | "child" | "held" | "paused";
        /** @description What happens to one room or device. */
        WhatChanges: "new" | "changed" | "removed";
        /** @description How far the dashboard looks back. */
        Window: "24h" | "7d" | "30d" | "all";
        /** @description A workflow. */
        Workflow: {
            /** @description Its id. */
            id: string;
            /** @description Unique without case. */
            name: string;
            /** @description Id of the agent. */
            agent_id: string;
            /** @description Its name; absent when it was removed. */
            agent: string | null;
            /** @description Id of the recipe. */
            recipe_id: string;
            /** @description Its name; absent when it was removed. */
            recipe: string | null;
            /**
             * Format: uint32
             * @description The pinned version; when absent it follows the recipe: the version that was supervised or promoted last, or the
             *     newest of a draft.
             */
            version: number | null;
            /** @description Values of the recipe's inputs. */
            inputs: JsonObject;
            /** @description What starts it. */
            trigger: components["schemas"]["Trigger"];
            /** @description The same in words. */
            trigger_words: string;
            /** @description The address for messages, where messages start it. */
            hook: components["schemas"]["Hook"] | null;
            /** @description What happens when a time comes while a run of it is open. */
            overlap: components["schemas"]["Overlap"];
            /** @description What happens to times that passed while nobody watched. */
            missed: components["schemas"]["Missed"];
            /** @description Whether its trigger starts it. */
            enabled: boolean;
            /** @description Why it does not, where somebody said. */
            pause_reason: string | null;
            /**
             * Format: date-time
             * @description When it is switched on again by itself.
             */
            resume_at: string | null;
            /** @description The outcome of its last finished run as a colour. */
            status_dot: components["schemas"]["Dot"];
            /** @description Whether a run of it is open: `running` or `waiting`. */
            active: components["schemas"]["RunStatus"] | null;
            /** @description Whether a due time has been left undecided for minutes. */
            overdue: boolean;
            /** @description Its latest run. */
            last_run: components["schemas"]["RecentRun"] | null;
            /** @description Its latest runs, newest first, at most 20. */
            recent: components["schemas"]["RecentRun"][];
            /**
             * Format: uint64
             * @description How long a run of it took, on the average of these, in milliseconds.
             */
            average_ms: number | null;
            /**
             * Format: date-time
             * @description When it is due next; absent when it is switched off or has no times.
             */
            next_run_at: string | null;
            /** @description The last due time that started nothing, and why. */
            last_not_run: components["schemas"]["Occurrence"] | null;
            /** @description Who made it. */
            created_by: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was changed.
             */
            updated_at: string;
        };
        /** @description What to change about a workflow; what is absent stays. */
        WorkflowChangeBody: {
            /** @description Unique without case. */
            name?: string | null;
            /** @description Agent by id or name. */
            agent?: string | null;
            /** @description Recipe by id or name. */
            recipe?: string | null;
            /** @description A version, or `latest`. */
            version?: (number | "latest") | null;
            /** @description Replaces all values. */
            inputs?: JsonObject | null;
            /** @description What starts it. An interval counts from the change. */
            trigger?: ({
                /** @constant */
                type: "manual";
            } | {
                /** @constant */
                type: "interval";
                /**
                 * Format: uint32
                 * @description Whole minutes between two starts.
                 */
                minutes: number;
            } | {
                /** @constant */
                type: "cron";
                /** @description Minute, hour, day of month, month, day of week. Where both days are restricted, either will do. */
                expression: string;
                /**
                 * @description IANA name of the time zone; UTC when absent.
                 * @default UTC
                 */
                tz?: string;
            } | {
                /** @constant */
                type: "webhook";
                /**
                 * @description How a message shows who sent it.
                 * @default standard
                 */
                signature?: "standard" | "github" | "slack" | "zoom";
                /** @description Which messages start a run: an expression over `event` (the message) and `delivery`; all when absent. */
                when?: string | null;
                /**
                 * @description Inputs made of the message, put over the workflow's own: `{"room": "{{ event.payload.object.room_name }}"}`.
                 * @default {}
                 */
                inputs?: JsonObject;
                /**
                 * Format: uint32
                 * @description Most messages that are taken a minute, 1 to 600.
                 * @default 60
                 */
                per_minute?: number;
            }) | null;
            /** @description Whether its trigger starts it. */
            enabled?: boolean | null;
            /** @description Why it is switched off, for whoever wonders. */
            reason?: string | null;
            /**
             * Format: date-time
             * @description When it is switched on again by itself; only together with `enabled: false`.
             */
            resume_at?: string | null;
            /** @description What happens when a time comes while a run of it is open. */
            overlap?: ("skip" | "queue_one" | "queue_all" | "allow" | "cancel_running") | null;
            /** @description What happens to times that passed while nobody watched. */
            missed?: {
                /**
                 * @description What is made up for.
                 * @default latest
                 */
                policy?: "latest" | "all" | "skip";
                /**
                 * Format: uint32
                 * @description Most runs that `all` starts at once, 1 to 100.
                 * @default 10
                 */
                limit?: number;
                /**
                 * Format: uint32
                 * @description Nothing is made up for that is older, in minutes.
                 * @default 1440
                 */
                window_minutes?: number;
            } | null;
        };
        /** @description One bite of a list. */
        WorkflowPage: {
            /** @description Its items. */
            items: components["schemas"]["Workflow"][];
            /** @description Asks for the bite after this one; absent at the end. */
            next: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                };
            };
            /** @description Not now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sign_in_js: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tokens: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTokenBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_tokens_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sessions: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sessions_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sign_in_links: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_audit: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLinePage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_settings_provider_test: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryProviderBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tried"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_settings_notices_test: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoticeTestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoticeTried"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_settings_providers_provider_models: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedModelPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_calendars: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_calendars: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CalendarBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_calendars_calendar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calendar: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupStatus"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupOutcome"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup_reset: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reset"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setup_baseline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_setup_baseline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BaselineBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_support_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupportBundle"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_backup: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewBackup"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_backups: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_backups_backup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                backup: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.sqlite3": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_backups_backup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                backup: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_chat_messages: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SayTextBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatMessage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_chat_stream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SayTextBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_chat_commands: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandHelpPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_chat_threads: {
        parameters: {
            query?: {
                /** @description Text in the title or a message. */
                q?: string;
                /** @description Those out of the way. */
                archived?: boolean;
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatThreadPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_chat_threads_thread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                thread: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatThread"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_chat_threads_thread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                thread: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_chat_threads_thread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                thread: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThreadChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatThread"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_chat_threads_thread_messages: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path: {
                thread: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatMessagePage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_manual: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManualEntryPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_manual_search: {
        parameters: {
            query?: {
                /** @description Words, in any form. */
                q?: string;
                /** @description At most so many passages; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PassagePage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_manual_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                page: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManualChapter"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_agents: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_agents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgentBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_agents_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_agents_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_agents_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_agents_agent_reach: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reach"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeSummaryPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_recipes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveRecipeBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeDetails"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_recipes_validate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValidateRecipeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_schema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_scaffold: {
        parameters: {
            query?: {
                /** @description `New recipe` when absent. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scaffold"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeDetails"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_recipes_recipe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of the recipe that was edited: a colleague's save in between is then not overwritten. */
                "If-Match"?: string;
            };
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveRecipeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeDetails"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_recipes_recipe: {
        parameters: {
            query?: {
                /** @description Also when agents are attached to it. */
                force?: boolean;
            };
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe_versions: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionSummaryPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe_versions_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recipe: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeDetails"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe_diff: {
        parameters: {
            query?: {
                /** @description The older version; the one before `to` when absent. */
                from?: number;
                /** @description The newer version; the newest when absent. */
                to?: number;
            };
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipeDiff"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe_promotion: {
        parameters: {
            query?: {
                /** @description The newest when absent. */
                version?: number;
            };
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_recipes_recipe_promote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromoteBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_recipes_recipe_demote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DemoteBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipes_recipe_tests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedTests"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_recipes_recipe_tests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveTestsBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedTests"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_recipes_recipe_tests_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recipe: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunTestsBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestReport"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestDraft"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_run_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedTests"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_recipe_folder: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FolderStatus"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_export: {
        parameters: {
            query?: {
                /** @description An agent by id or name; may repeat. */
                agent?: string;
                /** @description A recipe by id, name or slug; may repeat. */
                recipe?: string;
                /** @description A workflow by id or name; may repeat. */
                workflow?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_import: {
        parameters: {
            query?: {
                /** @description What becomes of a thing whose name is taken; it is skipped when absent. */
                on_conflict?: "skip" | "overwrite" | "rename";
                /** @description Only say what would be done. */
                dry_run?: boolean;
            };
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportBundleBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOutcome"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_diagnostics_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sop_convert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SopTextBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SopDraft"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sop_score: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SopExpectedBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SopScored"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs: {
        parameters: {
            query?: {
                /** @description Any of these statuses, by name; `completed` means `success`. */
                status?: string[];
                /** @description Accepted at or after. */
                since?: string;
                /** @description Accepted before. */
                until?: string;
                /** @description Agent by id or name. */
                agent?: string;
                /** @description Recipe by id or name. */
                recipe?: string;
                /** @description Version of the recipe. */
                version?: number;
                /** @description Room by id, name, e-mail address or alias; by id also where the directory does not have it any more. */
                room?: string;
                /** @description Name of who asked. */
                actor?: string;
                /** @description Workflow by id. */
                workflow?: string;
                /** @description What started it. */
                trigger?: string;
                /** @description Live, mock or dry. */
                mode?: "live" | "mock" | "dry";
                /** @description For what it waits. */
                waiting_for?: string;
                /** @description Text in its name, agent, recipe or error. */
                q?: string;
                /**
                 * @description `accepted_at`, `name`, `status`, `trigger`, `agent`, `recipe` or `duration_ms`, with `-` in front for the
                 *     largest first; newest first when absent.
                 */
                sort?: string;
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunSummaryPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs: {
        parameters: {
            query?: {
                /** @description How long the answer may wait for the run to end or to wait for somebody: `500ms`, `10s`, `2m`. */
                wait?: string;
            };
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description Taken up, and under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOutcome"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run_artifacts_artifact_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
                artifact: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_run_signals: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignalBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Signalled"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_run_rerun: {
        parameters: {
            query?: {
                /** @description How long the answer may wait for the run to end or to wait for somebody: `500ms`, `10s`, `2m`. */
                wait?: string;
            };
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RerunBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description Taken up, and under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_run_rerun_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RerunBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RerunPreview"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run_compare: {
        parameters: {
            query: {
                /** @description Id of the run to compare with. */
                with: string;
            };
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunComparison"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_run_article: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunArticle"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_inbox: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxItemPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_inbox_answers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswersBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answered"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dashboard: {
        parameters: {
            query?: {
                /** @description `24h` when absent. */
                window?: "24h" | "7d" | "30d" | "all";
                /** @description Width of the bars of the trend; hourly up to 48 hours and daily beyond when absent. */
                bucket?: "hour" | "day";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWorkflowBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewRequestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_workflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_workflows_workflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_workflows_workflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_workflow_occurrences: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OccurrencePage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_workflow_runs: {
        parameters: {
            query?: {
                /** @description How long the answer may wait for the run to end or to wait for somebody: `500ms`, `10s`, `2m`. */
                wait?: string;
            };
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunNowBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description Taken up, and under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scheduler_tick: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticked"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_hooks_hook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reply"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_workflow_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecretBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedSecret"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_workflow_deliveries: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path: {
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tools: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToolBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["Health"];
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools_action: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionReply"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tools_tool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_tools_tool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_tools_tool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolChangeBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools_tool_look: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools_tool_approvals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalsBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tools_tool_health: {
        parameters: {
            query?: {
                /** @description Asks the real system, although the workspace is in mock mode or the tool is simulated; for those who manage tools. */
                real?: boolean;
            };
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connector_files: {
        parameters: {
            query?: {
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorFileViewPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connector_files_file_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorFileApprovalBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorFileViewPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tool_settings_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sealed"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tools_tool_actions_action: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                tool: string;
                action: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionReply"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connectors_tool_health: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_connectors_tool_action: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlainActionBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainReply"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rooms: {
        parameters: {
            query?: {
                /** @description Text in id, name, aliases, e-mail address or site of a room, or in those of a device in it. */
                q?: string;
                /** @description The site. */
                site?: string;
                /** @description Whose rooms: registered (live) or of the simulated campus (mock); those that calls reach now when absent. */
                world?: "live" | "mock";
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomPage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_rooms: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rooms_room: {
        parameters: {
            query?: {
                /** @description Those that calls reach now when absent. */
                world?: "live" | "mock";
            };
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_rooms_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_rooms_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_devices: {
        parameters: {
            query?: {
                /** @description Whose devices; those that calls reach now when absent. */
                world?: "live" | "mock";
                /** @description At most so many; 50 when absent, never more than 500. */
                limit?: number;
                /** @description The `next` of the bite before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_devices: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the first answer again and does nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceBody"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_devices_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_devices_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_directory_export: {
        parameters: {
            query?: {
                /** @description `yaml` when absent. */
                format?: "yaml" | "csv";
                /** @description Those that are registered when absent. */
                world?: "live" | "mock";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacesExport"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_directory_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequestBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacesImport"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampusState"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_campus_faults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FaultSwitchBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampusState"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_campus_faults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampusState"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
