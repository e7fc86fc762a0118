using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting.InMemory;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.InMemory;

public sealed class WordBlocksTests
{
    [Fact]
    public void Fit_OfAnySize_IsTheNextPowerOfTwoOrOneAndAHalfOfOne()
    {
        int[] sizes = [.. Enumerable.Range(0, 14).SelectMany(power => new[] { 1 << power, (3 << power) >> 1 }).Distinct().Order()];

        for (int words = 1; words <= 10_000; words++)
        {
            Assert.Equal(sizes.First(size => size >= words), WordBlocks.Fit(words));
        }
    }

    [Fact]
    public void Block_ByDefault_IsNone()
    {
        Assert.True(default(WordBlock).IsNone);
        Assert.Equal(0, default(WordBlock).Words);
        Assert.True(new WordBlocks()[default].IsEmpty);
    }

    [Fact]
    public void Blocks_LetAndTakenBackInAnyOrder_NeverShareAWord() =>
        Prop.ForAll(Gen.Choose(-20, 700).NonEmptyListOf().ToArbitrary(), NeverShare).QuickCheckThrowOnFailure();

    /// <summary>Positive: lets a block of so many words and writes its name into each; else: takes one back.</summary>
    private static bool NeverShare(IList<int> orders)
    {
        var blocks = new WordBlocks();
        var let = new List<(WordBlock Block, long Name)>();
        long name = 0;
        foreach (int order in orders)
        {
            if (order > 0)
            {
                WordBlock block = blocks.Rent(order);
                blocks[block].Fill(++name);
                let.Add((block, name));
            }
            else if (let.Count > 0)
            {
                int index = -order % let.Count;
                blocks.Return(let[index].Block);
                let.RemoveAt(index);
            }
        }

        return let.All(one => !blocks[one.Block].ContainsAnyExcept(one.Name))
            && blocks.Let == let.Sum(one => (long)one.Block.Words)
            && blocks.Capacity >= blocks.Let;
    }
}
