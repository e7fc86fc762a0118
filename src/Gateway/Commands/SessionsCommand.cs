using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>gateway sessions list|count|show|extend|revoke|revoke-user|create</c>. A token written as <c>-</c> is read from standard input, so that no shell remembers it.</summary>
internal static class SessionsCommand
{
    public static Command Create() => new("sessions", "Show, create and revoke a running gateway's sessions")
    {
        OfUser("list", "List a user's sessions that were created through a gateway", HttpMethod.Get),
        OfToken("show", "Show a session", HttpMethod.Get),
        Extend(),
        OfToken("revoke", "End a session", HttpMethod.Delete),
        Count(),
        RevokeUser(),
        CreateOne(),
    };

    private static Option<string?> Policy() => new("--policy") { Description = "The session policy. Default: the only one, or the one called \"default\"", HelpName = "NAME" };

    private static Option<string?> Tenant() => new("--tenant") { Description = "The tenant, where the policy's key has one", HelpName = "NAME" };

    private static Command OfUser(string name, string description, HttpMethod method)
    {
        var user = new Argument<string>("USER") { Description = "The user's id" };
        return With(name, description, user, (parsed, admin, scope, cancellation) => admin.RunAsync(
            parsed, method, $"/api/sessions?user={Uri.EscapeDataString(parsed.GetValue(user)!)}{scope}", null, cancellation));
    }

    private static Command RevokeUser()
    {
        var user = new Argument<string>("USER") { Description = "The user's id" };
        var id = new Option<string?>("--id") { Description = "Only the session whose record has this id", HelpName = "ID" };
        Command command = With("revoke-user", "End all of a user's sessions that were created through a gateway, or one of them", user, (parsed, admin, scope, cancellation) =>
        {
            string one = parsed.GetValue(id) is { } given ? $"&id={Uri.EscapeDataString(given)}" : "";
            return admin.RunAsync(parsed, HttpMethod.Delete, $"/api/sessions?user={Uri.EscapeDataString(parsed.GetValue(user)!)}{one}{scope}", null, cancellation);
        });
        command.Options.Add(id);
        return command;
    }

    private static Command Count() => With("count", "Count a policy's sessions, whoever created them", null, (parsed, admin, scope, cancellation) =>
        admin.RunAsync(parsed, HttpMethod.Get, $"/api/sessions?{scope.TrimStart('&')}", null, cancellation));

    private static Command OfToken(string name, string description, HttpMethod method) => OfToken(name, description, method, _ => null);

    private static Command Extend()
    {
        var life = new Option<string>("--ttl") { Description = "How long it lives from now on, at most", HelpName = "DURATION", Required = true };
        Command command = OfToken("extend", "Give a session a new end", HttpMethod.Patch, parsed => new JsonObject { ["ttl"] = parsed.GetValue(life) });
        command.Options.Add(life);
        return command;
    }

    private static Command OfToken(string name, string description, HttpMethod method, Func<ParseResult, JsonObject?> body)
    {
        var token = new Argument<string>("TOKEN") { Description = "The session's token; \"-\" reads it from standard input" };
        return With(name, description, token, async (parsed, admin, scope, cancellation) =>
        {
            string given = parsed.GetValue(token)!;
            string whose = given == "-" ? await Console.In.ReadLineAsync(cancellation) ?? "" : given;
            string query = scope.Length > 0 ? $"?{scope.TrimStart('&')}" : "";
            return await admin.RunAsync(parsed, method, $"/api/sessions/{Uri.EscapeDataString(whose.Trim())}{query}", body(parsed), cancellation);
        });
    }

    /// <param name="name">The command's.</param>
    /// <param name="description">What it does.</param>
    /// <param name="whose">Whose session; null: everybody's.</param>
    /// <param name="run">Gets policy and tenant as they stand at the end of a query: <c>&amp;policy=default</c>.</param>
    private static Command With(string name, string description, Argument<string>? whose, Func<ParseResult, AdminOption, string, CancellationToken, Task<int>> run)
    {
        var admin = new AdminOption();
        Option<string?> policy = Policy();
        Option<string?> tenant = Tenant();
        var command = new Command(name, description) { policy, tenant };
        admin.AddTo(command);
        if (whose is not null)
        {
            command.Arguments.Add(whose);
            whose.Validators.Add(RefuseEmpty);
        }

        command.SetAction((parsed, cancellation) =>
            run(parsed, admin, Query("policy", parsed.GetValue(policy)) + Query("tenant", parsed.GetValue(tenant)), cancellation));
        return command;
    }

    private static void RefuseEmpty(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: "" }])
        {
            result.AddError($"{result.Argument.Name} is empty.");
        }
    }

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static Command CreateOne()
    {
        var admin = new AdminOption();
        Option<string?> policy = Policy();
        Option<string?> tenant = Tenant();
        var user = new Option<string?>("--user") { Description = "The user's id", HelpName = "ID" };
        var life = new Option<string?>("--ttl") { Description = "How long it lives at most. Default: 24h", HelpName = "DURATION" };
        var fields = new Option<string[]>("--field") { Description = "One more field of the record. May be repeated", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        fields.Validators.Add(CheckFields);
        var create = new Command("create", "Create a session and print its token") { policy, tenant, user, life, fields };
        admin.AddTo(create);
        create.SetAction((parsed, cancellation) =>
        {
            var body = new JsonObject();
            foreach (string field in parsed.GetValue(fields) ?? [])
            {
                string[] parts = field.Split('=', 2);
                body[parts[0]] = parts[1];
            }

            Put(body, "policy", parsed.GetValue(policy));
            Put(body, "tenant", parsed.GetValue(tenant));
            Put(body, "user_id", parsed.GetValue(user));
            Put(body, "ttl", parsed.GetValue(life));
            return admin.RunAsync(parsed, HttpMethod.Post, "/api/sessions", body, cancellation);
        });
        return create;
    }

    private static void Put(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static void CheckFields(OptionResult result)
    {
        if (result.Tokens.Select(token => token.Value).FirstOrDefault(field => field.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
        {
            result.AddError($"--field takes NAME=VALUE, not \"{wrong}\".");
        }
    }
}
