using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Telemetry;

namespace Gateway.Commands;

/// <summary><c>gateway events [--after ID] [--limit N] [--follow]</c>.</summary>
internal static class EventsCommand
{
    private const int MaxLimit = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var admin = new AdminOption();
        var after = new Option<string?>("--after") { Description = "Only what came after the event with this id", HelpName = "ID" };
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 1000", HelpName = "N", DefaultValueFactory = _ => 20 };
        var follow = new Option<bool>("--follow") { Description = "Go on with what happens from now on, until Ctrl-C" };
        var events = new Command("events", "Show what happened to the gateways of one Redis: configuration, purges, revocations, boosts, circuits") { after, limit, follow };
        admin.AddTo(events);
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out int number) && number is >= 1 and <= MaxLimit))
            {
                result.AddError($"--limit takes a whole number from 1 to {MaxLimit}, not \"{text}\".");
            }
        });
        events.SetAction(async (parsed, cancellation) =>
        {
            using AdminClient client = admin.Connect(parsed);
            var tail = new EventTail(client, parsed.InvocationConfiguration, admin.IsJson(parsed));
            bool told = await tail.ReadAsync(parsed.GetValue(after), parsed.GetValue(limit), cancellation);
            while (parsed.GetValue(follow) && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                told = await tail.ReadAsync(tail.Last ?? "0", MaxLimit, cancellation);
            }

            return told || cancellation.IsCancellationRequested ? 0 : 1;
        });
        return events;
    }

    /// <summary>Reads on from where it was; a gateway that is away is said once.</summary>
    private sealed class EventTail(AdminClient client, InvocationConfiguration console, bool json)
    {
        private string? _failure;

        /// <summary>The last event that was shown.</summary>
        public string? Last { get; private set; }

        public async Task<bool> ReadAsync(string? after, int limit, CancellationToken cancellation)
        {
            Last ??= after;
            string path = $"/api/events?limit={limit}{(Last is null ? "" : $"&after={Uri.EscapeDataString(Last)}")}";
            (JsonNode? answer, string? failure) = await client.SendAsync(HttpMethod.Get, path, null, cancellation);
            if (failure is not null && failure != _failure && !cancellation.IsCancellationRequested)
            {
                await console.Error.WriteLineAsync($"gateway: {failure}");
            }

            _failure = failure;
            foreach (JsonNode? told in answer?["events"]?.AsArray() ?? [])
            {
                Last = (string?)told!["id"];
                Write(console.Output, told);
            }

            return answer is not null;
        }

        /// <summary>One line: <c>2026-11-21T10:15:00.000Z gateway-1:7 cache-purged target=tag:catalog soft=false</c>.</summary>
        private void Write(TextWriter output, JsonNode told)
        {
            string details = string.Concat(told["details"]!.AsObject().Select(detail => $" {detail.Key}={detail.Value}"));
            LogText.Write(output, json ? told.ToJsonString() : $"{DateTimeOffset.Parse((string)told["at"]!, null).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {told["gateway"]} {told["kind"]}{details}", "  ");
            output.WriteLine();
        }
    }
}
