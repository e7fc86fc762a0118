using System.Diagnostics.Metrics;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Wire;

public sealed class WaitingMetricTests
{
    [Fact]
    public async Task Waiting_CountsWhoWaitsForAnothersFetch_AndEndsAtZero()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Destination destination = await Destination.StartAsync(async context =>
        {
            await gate.Task;
            context.Response.Headers.CacheControl = "max-age=600";
            await context.Response.WriteAsync("answer");
        });
        await using CacheHost gateway = await CacheHost.StartAsync(new CachePolicy { FetchWait = TimeSpan.FromMinutes(1) }, destination.Address);
        IMeterFactory meters = gateway.Services.GetRequiredService<IMeterFactory>();
        long waiting = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "gateway.cache.waiting" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref waiting, change));
        listener.Start();

        Task<Answer>[] herd = [.. Enumerable.Range(0, 10).Select(_ => gateway.GetAsync("/a"))];
        await Eventually.TrueAsync(() => Interlocked.Read(ref waiting) == 9, TimeSpan.FromSeconds(30));
        gate.SetResult();
        await Task.WhenAll(herd);

        await Eventually.TrueAsync(() => Interlocked.Read(ref waiting) == 0, TimeSpan.FromSeconds(30));
    }
}
