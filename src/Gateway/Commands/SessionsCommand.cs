using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>gateway sessions list|show|revoke|revoke-user|create</c>. A token written as <c>-</c> is read from standard input, so that no shell remembers it.</summary>
internal static class SessionsCommand
{
    public static Command Create() => new("sessions", "Show, create and revoke a running gateway's sessions")
    {
        OfUser("list", "List a user's sessions that were created through the admin API", HttpMethod.Get),
        OfToken("show", "Show a session", HttpMethod.Get),
        OfToken("revoke", "End a session", HttpMethod.Delete),
        OfUser("revoke-user", "End all of a user's sessions that were created through the admin API", HttpMethod.Delete),
        CreateOne(),
    };

    private static Option<string?> Policy() => new("--policy") { Description = "The session policy. Default: the only one, or the one called \"default\"", HelpName = "NAME" };

    private static Command OfUser(string name, string description, HttpMethod method)
    {
        var user = new Argument<string>("USER") { Description = "The user's id" };
        return With(name, description, user, (parsed, admin, policy, cancellation) => admin.RunAsync(
            parsed, method, $"/api/sessions?user={Uri.EscapeDataString(parsed.GetValue(user)!)}{Query(policy, '&')}", null, cancellation));
    }

    private static Command OfToken(string name, string description, HttpMethod method)
    {
        var token = new Argument<string>("TOKEN") { Description = "The session's token; \"-\" reads it from standard input" };
        return With(name, description, token, async (parsed, admin, policy, cancellation) =>
        {
            string given = parsed.GetValue(token)!;
            string whose = given == "-" ? await Console.In.ReadLineAsync(cancellation) ?? "" : given;
            return await admin.RunAsync(parsed, method, $"/api/sessions/{Uri.EscapeDataString(whose.Trim())}{Query(policy, '?')}", null, cancellation);
        });
    }

    private static Command With(string name, string description, Argument<string> whose, Func<ParseResult, AdminOption, string?, CancellationToken, Task<int>> run)
    {
        var admin = new AdminOption();
        Option<string?> policy = Policy();
        var command = new Command(name, description) { whose, policy };
        admin.AddTo(command);
        whose.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{result.Argument.Name} is empty.");
            }
        });
        command.SetAction((parsed, cancellation) => run(parsed, admin, parsed.GetValue(policy), cancellation));
        return command;
    }

    private static string Query(string? policy, char before) => policy is null ? "" : $"{before}policy={Uri.EscapeDataString(policy)}";

    private static Command CreateOne()
    {
        var admin = new AdminOption();
        Option<string?> policy = Policy();
        var user = new Option<string?>("--user") { Description = "The user's id", HelpName = "ID" };
        var life = new Option<string?>("--ttl") { Description = "How long it lives at most. Default: 24h", HelpName = "DURATION" };
        var fields = new Option<string[]>("--field") { Description = "One more field of the record. May be repeated", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        fields.Validators.Add(CheckFields);
        var create = new Command("create", "Create a session and print its token") { policy, user, life, fields };
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
