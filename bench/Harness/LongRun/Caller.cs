using System.Diagnostics;
using System.Net;

namespace Harness.LongRun;

/// <summary>Asks one question after the other, with a short pause between, and checks every answer.</summary>
internal sealed class Caller(HttpClient client, Tally tally, RedisOutage outage, int seed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);
    private static readonly Question[] Drawn = [.. Questions.All.SelectMany(static question => Enumerable.Repeat(question, question.Share))];
    private readonly Random _random = new(seed);

    public async Task RunAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await AskAsync(Drawn[_random.Next(Drawn.Length)]);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task AskAsync(Question question)
    {
        using HttpRequestMessage request = question.Make(_random.Next());
        bool wasAway = outage.MayShow;
        long begun = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request);
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            tally.Answered(question, response.StatusCode, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (!question.Accepts(response.StatusCode, wasAway || outage.MayShow) || !IsWhole(response, body))
            {
                tally.Wrong($"{question.Name}: {(int)response.StatusCode} with {body.Length} bytes");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            tally.Wrong($"{question.Name}: {failure.Message}");
        }
    }

    /// <summary>The destination's whole body, or a problem.</summary>
    private static bool IsWhole(HttpResponseMessage response, byte[] body) => response.StatusCode is HttpStatusCode.OK
        ? body.Length == Servers.Site.BodyBytes
        : response.Content.Headers.ContentType?.MediaType == "application/problem+json";
}
