using System.Net;

namespace Harness.LongRun;

/// <summary>A kind of request, and what may be answered.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Share">How often it is asked, in proportion to the others.</param>
/// <param name="Make">Makes one; the number is a random one.</param>
/// <param name="Expected">Always right.</param>
/// <param name="ExpectedWithoutRedis">Right as well while Redis is away, and just before and after.</param>
internal sealed record Question(
    string Name, int Share, Func<int, HttpRequestMessage> Make, HttpStatusCode[] Expected, HttpStatusCode[] ExpectedWithoutRedis)
{
    public bool Accepts(HttpStatusCode status, bool redisIsAway) =>
        Array.IndexOf(Expected, status) >= 0 || (redisIsAway && Array.IndexOf(ExpectedWithoutRedis, status) >= 0);
}
