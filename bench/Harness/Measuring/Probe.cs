using System.Globalization;
using Harness.Servers;

namespace Harness.Measuring;

/// <summary>Looks at one answer before a contender is measured.</summary>
internal static class Probe
{
    private const int Attempts = 20;

    /// <summary>Asks until the answer is the expected one (a limit may first let some pass).</summary>
    /// <exception cref="InvalidOperationException">It never was.</exception>
    public static async Task ExpectAsync(string name, Server server, Load load)
    {
        using var client = new HttpClient();
        int status = 0;
        for (int attempt = 0; attempt < Attempts && status != load.Status; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + load.Path.Replace("%d", "1", StringComparison.Ordinal));
            if (load.Keys > 0)
            {
                request.Headers.Add("X-Key", "k1");
            }

            if (load.Sessions > 0)
            {
                request.Headers.TryAddWithoutValidation("Authorization", string.Create(CultureInfo.InvariantCulture, $"Bearer bench-session-{1:000000}"));
            }

            using HttpResponseMessage response = await client.SendAsync(request);
            status = (int)response.StatusCode;
        }

        if (status != load.Status)
        {
            throw new InvalidOperationException($"{name} answered {status} instead of {load.Status}");
        }
    }
}
