using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Policies.ResponseCaching;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>
/// A gateway with <c>"Cache": { "Heuristic": true }</c> in front of a scripted destination; its time passes only when a test says so.
/// In scripted text, <c>{now-60}</c> stands for the HTTP date a minute ago.
/// </summary>
public sealed partial class RfcGateway : IAsyncLifetime
{
    private static int _paths;
    private readonly SteppedTime _time = new();
    private readonly ScriptedDestination _destination = new();
    private CacheHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _time.Advance(new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch);
        _host = await CacheHost.StartAsync(
            new CachePolicy { Heuristic = true }, _destination.Address, services => services.AddSingleton<TimeProvider>(_time));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _destination.DisposeAsync();
    }

    internal CacheHost Host => _host;

    internal string Origin => _host.Address;

    /// <summary>A path of its own, answered with these responses in turn; the last repeats.</summary>
    internal string Path(params string[] responses) => Path((_, number) => responses[Math.Min(number, responses.Length - 1)]);

    /// <summary>A path of its own, answered by a script.</summary>
    internal string Path(Func<RawMessage, int, string> script)
    {
        string path = $"/p{Interlocked.Increment(ref _paths)}";
        On(path, script);
        return path;
    }

    internal void On(string target, Func<RawMessage, int, string> script) => _destination.On(target, (request, number) => Filled(script(request, number)));

    internal void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    internal int Fetches(string target) => _destination.RequestsFor(target).Count;

    internal RawMessage LastRequest(string target) => _destination.RequestsFor(target)[^1];

    internal Task<RawMessage> GetAsync(string target, params string[] fields) => SendAsync("GET", target, fields);

    /// <summary>For responses that break off, and may reach the client as nothing at all.</summary>
    internal async Task TryGetAsync(string target)
    {
        try
        {
            await GetAsync(target);
        }
        catch (InvalidDataException)
        {
            // The connection was reset before the header section had been read.
        }
    }

    internal async Task<RawMessage> SendAsync(string method, string target, params string[] fields)
    {
        string lines = string.Concat(fields.Select(field => Filled(field) + "\r\n"));
        string raw = $"{method} {target} HTTP/1.1\r\nHost: {_host.Address[7..]}\r\n{lines}Connection: close\r\n\r\n";
        return RawStream.ParseResponse(await RawHttp.SendAsync(_host.Address, raw));
    }

    /// <summary>A response with a body, framed by Content-Length.</summary>
    internal static string Response(string fields, string body = "body", string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\nDate: {{now}}\r\nContent-Length: {body.Length}\r\n{Lines(fields)}\r\n{body}";

    /// <summary>A response without a body.</summary>
    internal static string Bodiless(string status, string fields) => $"HTTP/1.1 {status}\r\nDate: {{now}}\r\n{Lines(fields)}\r\n";

    /// <summary>Field lines, as they are written in tables: separated by a vertical bar.</summary>
    private static string Lines(string fields) => string.Concat(fields.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim() + "\r\n"));

    internal string Text(string text) => Filled(text);

    private string Filled(string text) => DatePattern().Replace(text, match =>
    {
        DateTimeOffset moment = _time.GetUtcNow().AddSeconds(match.Groups[1].Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
        return moment.ToString("R", CultureInfo.InvariantCulture);
    });

    [GeneratedRegex(@"\{now([+-]\d+)?\}")]
    private static partial Regex DatePattern();
}
