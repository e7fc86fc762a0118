using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary>Where a running gateway's admin API is, for the commands that speak to one.</summary>
internal sealed class AdminOption
{
    public const string TokenVariable = "GATEWAY_ADMIN_TOKEN";

    private const string Default = "http://127.0.0.1:8081";

    private readonly Option<string> _admin = new("--admin")
    {
        Description = $"The running gateway's admin address. Its token is read from {TokenVariable}",
        HelpName = "URL",
        DefaultValueFactory = _ => Default,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as JSON" };

    public AdminOption() => _admin.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var url }] && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? read) && read.Scheme is "http" or "https"))
        {
            result.AddError($"--admin takes an address such as {Default}, not \"{url}\".");
        }
    });

    /// <summary>True when the address was given, not defaulted.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_admin) is { Implicit: false };

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public void AddTo(Command command)
    {
        command.Add(_admin);
        command.Add(_json);
    }

    /// <summary>A client of the gateway that the command names.</summary>
    public AdminClient Connect(ParseResult parsed) => new(new Uri(parsed.GetValue(_admin)!), Environment.GetEnvironmentVariable(TokenVariable));

    /// <summary>Asks the gateway, prints what it answers; 0, or 1 when it does not answer or refuses.</summary>
    public async Task<int> RunAsync(ParseResult parsed, HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        InvocationConfiguration console = parsed.InvocationConfiguration;
        using AdminClient client = Connect(parsed);
        (JsonNode? answer, string? failure) = await client.SendAsync(method, path, body, cancellation);
        if (answer is null)
        {
            await console.Error.WriteLineAsync($"gateway: {failure}");
            return 1;
        }

        AnswerText.Write(console.Output, answer, IsJson(parsed));
        return 0;
    }
}
