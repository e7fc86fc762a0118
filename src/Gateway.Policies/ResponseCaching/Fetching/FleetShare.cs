using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>What one fetch has to do with other gateways: whose turn it is, its body while it arrives, and its entry in the end.</summary>
internal sealed class FleetShare(FetchPlan plan, FetchServices services, SharedBody body)
{
    private FetchTurn _turn = FetchTurn.Alone;
    private FetchUpload? _upload;

    /// <summary>The entry that another gateway fetched meanwhile; null: this one fetches.</summary>
    public CacheEntry? Brought => _turn.Entry;

    /// <summary>True: other gateways have found that the response is not shareable, so nobody should wait for this one.</summary>
    public bool NobodyWaits => _turn.NobodyWaits;

    /// <summary>Waits for this gateway's turn, or for what another brings.</summary>
    public async ValueTask TakeTurnAsync()
    {
        if (services.Turns is { } turns && plan is { IsPrivate: false, KeepConditions: false })
        {
            _turn = await turns.BeginAsync(plan);
        }
    }

    /// <summary>The header section has come: others go on at once where they get nothing from it, and follow a large body while it arrives.</summary>
    public void Begin(FetchHead head)
    {
        if (!head.Verdict.Store || !head.IsShareable)
        {
            // Nobody at other gateways waits for the end of what will not be in the shared store.
            bool never = !head.IsShareable && head.Verdict.Reason is not CacheReason.Disconnected;
            _ = _turn.EndAsync(never ? LeaseState.Uncacheable : LeaseState.Failed).AsTask();
        }
        else if (_turn.IsLeading && body.IsRecording && plan.Stale is null
            && head is { Status: StatusCodes.Status200OK, Fields.ContentLength: { } length and >= FetchUpload.Smallest })
        {
            _upload = FetchUpload.Begin(services.Cache.BeginUpload(head.Entry!, length), body, _turn, services.Time);
        }
    }

    /// <summary>The body is not recorded any more, and nothing will be stored: others do not wait for it.</summary>
    public void GiveUp()
    {
        _upload?.GiveUp();
        _ = _turn.EndAsync(LeaseState.Failed).AsTask();
    }

    /// <summary>The fetch has ended. Never throws.</summary>
    /// <param name="whole">False: the body broke off.</param>
    /// <param name="stored">What it brought; null: nothing that is stored.</param>
    public async ValueTask EndAsync(bool whole, CacheEntry? stored)
    {
        bool shared = _upload is not null && await _upload.EndAsync(whole, stored);
        if (stored is not null && !shared)
        {
            await services.Cache.ShareAsync(stored);
        }

        await _turn.EndAsync(stored is null ? LeaseState.Failed : LeaseState.Done);
    }
}
