using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Admin.Explain;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;

namespace Gateway.Commands;

/// <summary>
/// <c>gateway explain METHOD URL [-H 'Name: value']… [FILE]</c>: what the configuration does with a request. Composes the gateway as a
/// start would, but does not listen; with <c>--admin</c> it asks a running gateway instead, which also knows what its memory holds.
/// </summary>
internal static class ExplainCommand
{
    public static Command Create(CommonOptions options)
    {
        var method = new Argument<string>("METHOD") { Description = "GET, POST …" };
        var url = new Argument<string>("URL") { Description = "http://host/path?query, or /path alone for localhost" };
        var file = new Argument<string?>("FILE") { Description = "The routes file; wins over --config", Arity = ArgumentArity.ZeroOrOne };
        var headers = new Option<string[]>("--header", "-H") { Description = "A header field. May be repeated", HelpName = "NAME: VALUE", AllowMultipleArgumentsPerToken = false };
        var client = new Option<string?>("--client") { Description = "The address the request comes from. Default: 127.0.0.1", HelpName = "IP" };
        var admin = new AdminOption();
        headers.Validators.Add(result =>
        {
            if (result.Tokens.Select(token => token.Value).FirstOrDefault(header => header.IndexOf(':', StringComparison.Ordinal) < 1) is { } wrong)
            {
                result.AddError($"--header takes \"Name: value\", not \"{wrong}\".");
            }
        });
        var explain = new Command("explain", "Say what happens to a request: its route, limits, session, cache. Spends nothing") { method, url, file, headers, client };
        admin.AddTo(explain);
        explain.SetAction(async (parsed, cancellation) =>
        {
            KeyValuePair<string, string>[] fields = [.. (parsed.GetValue(headers) ?? []).Select(Split)];
            ExplainRequest? request = ExplainRequest.Read(
                parsed.GetValue(method)!, parsed.GetValue(url)!, fields, parsed.GetValue(client), out string? mistake);
            if (request is null)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"gateway: {mistake}");
                return CommandLine.UsageMistake;
            }

            return admin.IsGiven(parsed)
                ? await admin.RunAsync(parsed, HttpMethod.Post, "/api/explain", BodyOf(request), cancellation)
                : await ExplainAsync(request, options.Read(parsed, parsed.GetValue(file)), parsed.InvocationConfiguration, admin.IsJson(parsed), cancellation);
        });
        return explain;
    }

    private static KeyValuePair<string, string> Split(string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        return new(header[..colon].Trim(), header[(colon + 1)..].Trim());
    }

    private static JsonObject BodyOf(ExplainRequest request)
    {
        var headers = new JsonObject();
        foreach (IGrouping<string, KeyValuePair<string, string>> field in request.Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            headers[field.Key] = new JsonArray([.. field.Select(line => JsonValue.Create(line.Value))]);
        }

        return new JsonObject
        {
            ["method"] = request.Method,
            ["url"] = request.Url.OriginalString,
            ["headers"] = headers,
            ["client"] = request.Peer.ToString(),
        };
    }

    private static async Task<int> ExplainAsync(
        ExplainRequest request, RunOptions options, InvocationConfiguration console, bool json, CancellationToken cancellation)
    {
        var loader = SnapshotLoader.ForProcess(options, TimeProvider.System);
        LoadResult read = await loader.LoadAsync(1, cancellation);
        await MistakeText.WriteAsync(read.Mistakes, console.Error);
        if (!read.IsValid)
        {
            return 1;
        }

        await using OfflineGateway gateway = await OfflineGateway.ComposeAsync(loader, read);
        AnswerText.Write(console.Output, await gateway.ExplainAsync(request), json);
        return 0;
    }
}
